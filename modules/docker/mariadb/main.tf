module "instance" {
  source = "../instance"

  spawnit = var.spawnit
  image   = var.image
  limits  = var.limits
  ports   = var.port == null ? [] : [{ internal = 3306, external = var.port }]

  env = merge({
    MARIADB_USER     = var.user
    MARIADB_DATABASE = var.database
    # root comes in from inside the container only, where a password would protect nothing;
    # a random one would be printed in the log.
    MARIADB_ROOT_HOST                 = "localhost"
    MARIADB_ALLOW_EMPTY_ROOT_PASSWORD = "1"
  }, var.env)
  secret_env = { MARIADB_PASSWORD = var.password }
  volumes    = [{ name = "data", container_path = "/var/lib/mysql" }]

  stop_grace_s = 60
  healthcheck = {
    test           = ["CMD", "healthcheck.sh", "--connect", "--innodb_initialized"]
    interval_s     = 10
    timeout_s      = 5
    start_period_s = 60
  }
}
