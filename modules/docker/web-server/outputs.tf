output "url" {
  value       = module.instance.url
  description = "Address of the site."
}

output "address" {
  value       = module.instance.address
  description = "Host and port of the site."
}

output "host" {
  value       = module.instance.host
  description = "Address of the published port."
}

output "ports" {
  value       = module.instance.ports
  description = "Published port."
}

output "internal_host" {
  value       = module.instance.internal_host
  description = "Name by which other services of the namespace reach it."
}

output "internal_port" {
  value       = module.instance.internal_port
  description = "Port by which other services of the namespace reach it."
}

output "container_id" {
  value       = module.instance.container_id
  description = "Id of the container."
}
