variable "spawnit" {
  type = object({
    cluster   = string
    namespace = string
    service   = string
    uid       = string
    network   = string
    host      = string
  })
  description = "Given by the agent: who this is for, the namespace's network on this engine, and the address of its published ports."
}

variable "image" {
  type        = string
  default     = "postgres:17-alpine"
  description = "Image and tag of PostgreSQL."
  nullable    = false
}

variable "password" {
  type        = string
  description = "Password of the user. Takes effect when the data is first made."
  nullable    = false
  sensitive   = true

  validation {
    condition     = length(var.password) >= 8
    error_message = "password must have at least 8 characters."
  }
}

variable "user" {
  type        = string
  default     = "app"
  description = "Name of the user, who owns everything. Takes effect when the data is first made."
  nullable    = false
}

variable "database" {
  type        = string
  default     = "app"
  description = "Name of the database. Takes effect when the data is first made."
  nullable    = false
}

variable "port" {
  type        = number
  default     = null
  description = "Port on the host. Absent: reachable inside the namespace only."
}

variable "settings" {
  type        = map(string)
  default     = {}
  description = "Server settings, as in postgresql.conf."
  nullable    = false
}

variable "env" {
  type        = map(string)
  default     = {}
  description = "More environment variables."
  nullable    = false
}

variable "limits" {
  type = object({
    memory_mb = optional(number)
    cpus      = optional(number)
  })
  default     = {}
  description = "The most the container may use."
  nullable    = false
}
