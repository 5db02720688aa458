output "internal_host" {
  value       = module.instance.internal_host
  description = "Name by which other services of the namespace reach it."
}

output "internal_port" {
  value       = 5432
  description = "Port by which other services of the namespace reach it."
}

output "database" {
  value       = var.database
  description = "Name of the database."
}

output "user" {
  value       = var.user
  description = "Name of the user."
}

output "password" {
  value       = var.password
  description = "Password of the user."
  sensitive   = true
}

output "uri" {
  value       = "postgresql://${urlencode(var.user)}:${urlencode(var.password)}@${module.instance.internal_host}:5432/${urlencode(var.database)}"
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
