output "name" {
  value       = var.spawnit.service
  description = "What other services of the namespace give as network."
}

output "network_name" {
  value       = docker_network.this.name
  description = "Name of the network on the engine."
}

output "network_id" {
  value       = docker_network.this.id
  description = "Id of the network on the engine."
}

output "subnet" {
  value       = one(docker_network.this.ipam_config[*].subnet)
  description = "IPv4 range."
}
