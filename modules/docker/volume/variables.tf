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

variable "labels" {
  type        = map(string)
  default     = {}
  description = "Labels of the volume."
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.labels) : !startswith(key, "spawnit.dev/")])
    error_message = "Labels under spawnit.dev/ are kept for the platform."
  }
}
