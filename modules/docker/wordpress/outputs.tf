output "url" {
  value       = module.instance.url
  description = "Address of the site."
}

output "internal_host" {
  value       = module.instance.internal_host
  description = "Name by which other services of the namespace reach it."
}

output "internal_port" {
  value       = 80
  description = "Port by which other services of the namespace reach it."
}

output "address" {
  value       = module.instance.address
  description = "Host and port, when published."
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
