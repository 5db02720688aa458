output "address" {
  value       = module.instance.address
  description = "What players type in."
}

output "internal_host" {
  value       = module.instance.internal_host
  description = "Name by which other services of the namespace reach it."
}

output "internal_port" {
  value       = 25565
  description = "Port by which other services of the namespace reach it."
}

output "host" {
  value       = module.instance.host
  description = "Address of the published port."
}

output "ports" {
  value       = module.instance.ports
  description = "Published port."
}

output "container_id" {
  value       = module.instance.container_id
  description = "Id of the container."
}
