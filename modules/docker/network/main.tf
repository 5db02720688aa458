locals {
  labels = {
    "spawnit.dev/cluster"   = var.spawnit.cluster
    "spawnit.dev/managed"   = "true"
    "spawnit.dev/namespace" = var.spawnit.namespace
    "spawnit.dev/service"   = var.spawnit.service
    "spawnit.dev/uid"       = var.spawnit.uid
  }
}

# The provider takes a range that is no longer given for 'as it was': so that change replaces the network.
resource "terraform_data" "unseen_by_provider" {
  input = { own_subnet = var.subnet != null }
}

# Always a bridge: other drivers reach the host's own network.
resource "docker_network" "this" {
  name     = "${var.spawnit.namespace}.${var.spawnit.service}"
  driver   = "bridge"
  internal = var.internal

  dynamic "ipam_config" {
    for_each = var.subnet == null ? [] : [var.subnet]
    content {
      subnet = ipam_config.value
      # Given, because some engines answer the one they picked, which would be drift.
      gateway = cidrhost(ipam_config.value, 1)
    }
  }

  dynamic "labels" {
    for_each = merge(var.labels, local.labels)
    content {
      label = labels.key
      value = labels.value
    }
  }

  lifecycle {
    replace_triggered_by = [terraform_data.unseen_by_provider]
  }
}
