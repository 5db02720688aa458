locals {
  # In the order asked for, with the ports the engine picked.
  published = [
    for p in var.ports : {
      internal = p.internal
      protocol = p.protocol
      external = one([for c in docker_container.this.ports : c.external if c.internal == p.internal && c.protocol == p.protocol])
    }
  ]
  first   = one(slice(local.published, 0, min(1, length(local.published))))
  address = local.first == null ? null : "${var.spawnit.host}:${local.first.external}"
}

output "container_id" {
  value       = docker_container.this.id
  description = "Id of the container."
}

output "name" {
  value       = docker_container.this.name
  description = "Name of the container."
}

output "host" {
  value       = var.spawnit.host
  description = "Address of the published ports."
}

output "ports" {
  value       = local.published
  description = "Published ports."
}

output "address" {
  value       = local.address
  description = "Host and port of the first published port."
}

output "url" {
  value       = local.address != null && try(local.first.protocol, "") == "tcp" ? "http://${local.address}" : null
  description = "Web address, when the first published port is tcp."
}

output "internal_host" {
  value       = var.spawnit.service
  description = "Name by which other services of the namespace reach it."
}

output "internal_port" {
  value       = try(var.ports[0].internal, null)
  description = "Port by which other services of the namespace reach it."
}
