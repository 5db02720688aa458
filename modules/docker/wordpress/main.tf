module "instance" {
  source = "../instance"

  spawnit = var.spawnit
  image   = var.image
  limits  = var.limits
  ports   = [{ internal = 80, external = var.port }]

  env = merge({
    WORDPRESS_DB_HOST      = "${var.database_host}:${var.database_port}"
    WORDPRESS_DB_NAME      = var.database_name
    WORDPRESS_DB_USER      = var.database_user
    WORDPRESS_TABLE_PREFIX = var.table_prefix
  }, var.debug ? { WORDPRESS_DEBUG = "1" } : {}, var.env)
  secret_env = { WORDPRESS_DB_PASSWORD = var.database_password }
  volumes    = [{ name = "html", container_path = "/var/www/html" }]
  files = {
    "/usr/local/etc/php/conf.d/uploads.ini" = "upload_max_filesize = ${var.upload_max_mb}M\npost_max_size = ${var.upload_max_mb}M\n"
  }
}
