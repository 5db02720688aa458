locals {
  settings = flatten([for name in sort(keys(var.settings)) : ["-c", "${name}=${var.settings[name]}"]])
}

module "instance" {
  source = "../instance"

  spawnit = var.spawnit
  image   = var.image
  command = length(local.settings) == 0 ? null : concat(["postgres"], local.settings)
  limits  = var.limits
  ports   = var.port == null ? [] : [{ internal = 5432, external = var.port }]

  env = merge({
    POSTGRES_USER = var.user
    POSTGRES_DB   = var.database
    # A path of our own: the image's default one moved with version 18.
    PGDATA = "/data/pgdata"
  }, var.env)
  secret_env = { POSTGRES_PASSWORD = var.password }
  volumes    = [{ name = "data", container_path = "/data" }]

  shm_size_mb  = 256
  stop_grace_s = 60
  healthcheck = {
    test           = ["CMD-SHELL", "pg_isready -q -U \"$POSTGRES_USER\" -d \"$POSTGRES_DB\""]
    interval_s     = 10
    timeout_s      = 5
    start_period_s = 30
  }
}
