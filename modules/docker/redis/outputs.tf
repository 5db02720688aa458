output "internal_host" {
  value       = module.instance.internal_host
  description = "Name by which other services of the namespace reach it."
}

output "internal_port" {
  value       = 6379
  description = "Port by which other services of the namespace reach it."
}

output "password" {
  value       = var.password
  description = "Password that clients give."
  sensitive   = true
}

output "uri" {
  value       = "redis://:${urlencode(var.password)}@${module.instance.internal_host}:6379"
  description = "Connection string for services of the namespace."
  sensitive   = true
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
