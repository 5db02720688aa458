variable "spawnit" {
  type = object({
    cluster   = string
    namespace = string
    service   = string
    uid       = string
    network   = string
    host      = string
  })
  description = "Given by the agent: who this is for. Network and host are those of its Docker engine and not used here."
}

variable "region" {
  type        = string
  default     = "eu-west-3"
  description = "Region."
  nullable    = false
}

variable "instance_type" {
  type        = string
  default     = "t3.micro"
  description = "Type of the instance."
  nullable    = false
}

variable "architecture" {
  type        = string
  default     = "x86_64"
  description = "Processor architecture of the type."
  nullable    = false

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "architecture must be x86_64 or arm64."
  }
}

variable "ami" {
  type        = string
  default     = null
  description = "Machine image, one with dnf and cloud-init. Absent: the newest Amazon Linux 2023 when the instance is made."
}

variable "subnet_id" {
  type        = string
  default     = null
  description = "Subnet. Absent: one of the default network."
}

variable "disk_gb" {
  type        = number
  default     = 16
  description = "Size of the encrypted root disk."
  nullable    = false

  validation {
    condition     = var.disk_gb >= 8
    error_message = "disk_gb must be at least 8."
  }
}

variable "image" {
  type        = string
  description = "Container image and tag that the instance runs."
  nullable    = false
}

variable "command" {
  type        = list(string)
  default     = []
  description = "Arguments of the image's entrypoint. Empty: the image's own."
  nullable    = false
}

variable "env" {
  type        = map(string)
  default     = {}
  description = "Environment variables of the container. They can be read from the instance's metadata: no secrets."
  nullable    = false

  # They are written one to a line.
  validation {
    condition     = alltrue([for k, v in var.env : can(regex("^[A-Za-z_][A-Za-z0-9_.-]*$", k)) && !can(regex("[\r\n]", v))])
    error_message = "env takes names of letters, digits, _, . and -, and values of one line."
  }
}

variable "ports" {
  type = list(object({
    internal = number
    external = number
    protocol = optional(string, "tcp")
    cidrs    = optional(list(string), ["0.0.0.0/0"])
  }))
  default     = []
  description = "Ports that are published, and to whom."
  nullable    = false

  validation {
    condition     = alltrue([for p in var.ports : p.internal >= 1 && p.internal <= 65535 && p.external >= 1 && p.external <= 65535])
    error_message = "A port must be 1-65535."
  }

  validation {
    condition     = alltrue([for p in var.ports : contains(["tcp", "udp"], p.protocol)])
    error_message = "protocol must be tcp or udp."
  }

  validation {
    condition     = length(distinct([for p in var.ports : "${p.external}/${p.protocol}"])) == length(var.ports)
    error_message = "Two entries ask for the same external port."
  }

  validation {
    condition     = alltrue([for p in var.ports : !(p.external == 22 && p.protocol == "tcp")])
    error_message = "Port 22 is SSH's: open it with ssh_cidrs."
  }
}

variable "ssh_cidrs" {
  type        = list(string)
  default     = []
  description = "IPv4 ranges that may come in by SSH. Empty: closed."
  nullable    = false

  validation {
    condition     = length(var.ssh_cidrs) == 0 || var.key_name != null
    error_message = "SSH needs key_name, the name of a key pair of the region."
  }
}

variable "key_name" {
  type        = string
  default     = null
  description = "Name of a key pair of the region, for SSH."
}
