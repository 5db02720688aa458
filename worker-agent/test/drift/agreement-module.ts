import type { ModuleBundle } from '@spawnit/contract';

/** A container with what can be changed about it by hand, and a volume and an image of its own; a network on demand, as the provider takes 2 s to read one. */
export function everythingBundle({ network }: { network: boolean }): ModuleBundle {
  const main = `
terraform {
  required_providers {
    docker = { source = "kreuzwerker/docker" }
  }
}
variable "spawnit" {
  type = object({ cluster = string, namespace = string, service = string, uid = string })
}
variable "image" {
  type = string
}
locals {
  labels = { "spawnit.dev/managed" = "true", "spawnit.dev/cluster" = var.spawnit.cluster, "spawnit.dev/namespace" = var.spawnit.namespace, "spawnit.dev/uid" = var.spawnit.uid }
}
resource "docker_image" "this" {
  name         = var.image
  keep_locally = true
}
${network ? ownNetwork : ''}resource "docker_volume" "this" {
  name = "\${var.spawnit.namespace}.data"
  dynamic "labels" {
    for_each = local.labels
    content {
      label = labels.key
      value = labels.value
    }
  }
}
resource "docker_container" "this" {
  name                  = "\${var.spawnit.namespace}.box"
  image                 = docker_image.this.image_id
  memory                = 64
  memory_swap           = -1
  cpu_shares            = 512
  restart               = "no"
  destroy_grace_seconds = 0
  stop_timeout          = 0
  networks_advanced {
    name    = ${network ? 'docker_network.this.name' : '"${var.spawnit.namespace}.net"'}
    aliases = ["box"]
  }
  volumes {
    volume_name    = docker_volume.this.name
    container_path = "/data"
  }
  dynamic "labels" {
    for_each = local.labels
    content {
      label = labels.key
      value = labels.value
    }
  }
}`;
  return { root: '.', files: { 'main.tf': main } };
}

const ownNetwork = `resource "docker_network" "this" {
  name = "\${var.spawnit.namespace}.net"
  dynamic "labels" {
    for_each = local.labels
    content {
      label = labels.key
      value = labels.value
    }
  }
}
`;
