locals {
  site = merge(var.files, var.index_html == null ? {} : { "index.html" = var.index_html })
}

module "instance" {
  source = "../instance"

  spawnit = var.spawnit
  image   = var.image
  env     = var.env
  limits  = var.limits
  ports   = [{ internal = var.container_port, external = var.port }]
  files   = { for path, content in local.site : "${trimsuffix(var.document_root, "/")}/${trimprefix(path, "/")}" => content }
}
