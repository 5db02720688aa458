locals {
  address = length(var.ports) == 0 ? null : "${aws_instance.this.public_ip}:${var.ports[0].external}"
}

output "instance_id" {
  value       = aws_instance.this.id
  description = "Id of the instance."
}

output "host" {
  value       = aws_instance.this.public_ip
  description = "Public address."
}

output "private_ip" {
  value       = aws_instance.this.private_ip
  description = "Address inside its network."
}

output "ports" {
  value       = [for p in var.ports : { internal = p.internal, external = p.external, protocol = p.protocol }]
  description = "Published ports."
}

output "address" {
  value       = local.address
  description = "Host and port of the first published port."
}

output "url" {
  value       = local.address != null && try(var.ports[0].protocol, "") == "tcp" ? "http://${local.address}" : null
  description = "Web address, when the first published port is tcp."
}

output "security_group_id" {
  value       = aws_security_group.this.id
  description = "Id of its security group."
}
