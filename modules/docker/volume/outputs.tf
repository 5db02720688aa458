output "name" {
  value       = var.spawnit.service
  description = "What other services of the namespace give as shared volume."
}

output "volume_name" {
  value       = docker_volume.this.name
  description = "Name of the volume on the engine."
}
