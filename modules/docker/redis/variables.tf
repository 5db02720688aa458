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
  default     = "redis:7-alpine"
  description = "Image and tag of Redis."
  nullable    = false
}

variable "password" {
  type        = string
  description = "Password that clients give."
  nullable    = false
  sensitive   = true

  validation {
    condition     = length(var.password) >= 8
    error_message = "password must have at least 8 characters."
  }

  # It is written between quotes into the server's settings.
  validation {
    condition     = !can(regex("[\"\\\\\\s]", var.password))
    error_message = "password must not hold spaces, quotes or backslashes."
  }
}

variable "persistent" {
  type        = bool
  default     = true
  description = "Whether the data outlives a restart."
  nullable    = false
}

variable "max_memory_mb" {
  type        = number
  default     = 0
  description = "Most memory for data. 0 is without limit."
  nullable    = false
}

variable "eviction" {
  type        = string
  default     = "noeviction"
  description = "What goes when that is reached."
  nullable    = false

  validation {
    condition     = contains(["noeviction", "allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl"], var.eviction)
    error_message = "eviction must be one of Redis' maxmemory-policy values."
  }
}

variable "port" {
  type        = number
  default     = null
  description = "Port on the host. Absent: reachable inside the namespace only."
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
