locals {
  labels = {
    "spawnit.dev/cluster"   = var.spawnit.cluster
    "spawnit.dev/managed"   = "true"
    "spawnit.dev/namespace" = var.spawnit.namespace
    "spawnit.dev/service"   = var.spawnit.service
    "spawnit.dev/uid"       = var.spawnit.uid
  }
}

# Only the local driver without options: with them a volume can be any folder of the host.
resource "docker_volume" "this" {
  name   = "${var.spawnit.namespace}.${var.spawnit.service}"
  driver = "local"

  dynamic "labels" {
    for_each = local.labels
    content {
      label = labels.key
      value = labels.value
    }
  }

  # A volume's labels are for ever: to change one, the provider would replace it, data and all.
  lifecycle {
    ignore_changes = [labels]
  }
}
