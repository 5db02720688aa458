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

variable "internal" {
  type        = bool
  default     = false
  description = "Whether the network has no way out."
  nullable    = false
}

variable "subnet" {
  type        = string
  default     = null
  description = "IPv4 range. Absent: the engine picks one."

  validation {
    condition     = var.subnet == null ? true : can(regex("^[0-9.]+/[0-9]+$", var.subnet)) && try(cidrsubnet(var.subnet, 0, 0) == var.subnet && tonumber(split("/", var.subnet)[1]) <= 29, false)
    error_message = "subnet must be an IPv4 range of at least 8 addresses, such as 10.20.0.0/24, that begins at its first address."
  }
}

variable "labels" {
  type        = map(string)
  default     = {}
  description = "Labels of the network."
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.labels) : !startswith(key, "spawnit.dev/")])
    error_message = "Labels under spawnit.dev/ are kept for the platform."
  }
}
