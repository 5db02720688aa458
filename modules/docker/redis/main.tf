locals {
  # By standard input, so that the password is on no command line.
  start = <<-SH
    exec docker-entrypoint.sh redis-server - <<CONF
    requirepass "$REDIS_PASSWORD"
    appendonly ${var.persistent ? "yes" : "no"}
    save ""
    maxmemory ${var.max_memory_mb}mb
    maxmemory-policy ${var.eviction}
    CONF
  SH
}

module "instance" {
  source = "../instance"

  spawnit    = var.spawnit
  image      = var.image
  command    = ["sh", "-c", local.start]
  env        = var.env
  secret_env = { REDIS_PASSWORD = var.password }
  limits     = var.limits
  ports      = var.port == null ? [] : [{ internal = 6379, external = var.port }]
  volumes    = var.persistent ? [{ name = "data", container_path = "/data" }] : []

  healthcheck = {
    test       = ["CMD-SHELL", "REDISCLI_AUTH=\"$REDIS_PASSWORD\" redis-cli ping | grep -q PONG"]
    interval_s = 10
    timeout_s  = 5
  }
}
