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
  description = "Image and tag."
  nullable    = false
}

variable "command" {
  type        = list(string)
  default     = null
  description = "Arguments of the entrypoint. Absent: the image's own."

  validation {
    condition     = var.command == null ? true : length(var.command) > 0 && !contains(var.command, "")
    error_message = "command must hold at least one argument and no empty ones; leave it out for the image's own."
  }
}

variable "entrypoint" {
  type        = list(string)
  default     = null
  description = "The program that is started. Absent: the image's own."

  validation {
    condition     = var.entrypoint == null ? true : length(var.entrypoint) > 0
    error_message = "entrypoint must hold at least one word; leave it out for the image's own."
  }
}

variable "env" {
  type        = map(string)
  default     = {}
  description = "Environment variables."
  nullable    = false
}

variable "secret_env" {
  type        = map(string)
  default     = {}
  description = "Environment variables that are never shown. They win over env."
  nullable    = false
  sensitive   = true
}

variable "ports" {
  type = list(object({
    internal = number
    external = optional(number)
    protocol = optional(string, "tcp")
    ip       = optional(string, "0.0.0.0")
  }))
  default     = []
  description = "Ports published on the host. Without external the engine picks a free one."
  nullable    = false

  validation {
    condition     = alltrue([for p in var.ports : p.internal >= 1 && p.internal <= 65535 && coalesce(p.external, 1) >= 1 && coalesce(p.external, 1) <= 65535])
    error_message = "A port must be 1-65535."
  }

  validation {
    condition     = alltrue([for p in var.ports : contains(["tcp", "udp"], p.protocol)])
    error_message = "protocol must be tcp or udp."
  }

  validation {
    condition     = length(distinct([for p in var.ports : "${p.internal}/${p.protocol}"])) == length(var.ports)
    error_message = "Each internal port can be published once for each protocol."
  }

  validation {
    condition     = length(distinct([for p in var.ports : "${p.external}/${p.protocol}" if p.external != null])) == length([for p in var.ports : p if p.external != null])
    error_message = "Two entries ask for the same external port."
  }

  # Of one internal port the provider lists tcp and udp in no certain order: a port that the
  # engine picked for one would be taken for the other's, and replace the container at random.
  validation {
    condition     = alltrue([for p in var.ports : p.external != null || length([for q in var.ports : q if q.internal == p.internal]) == 1])
    error_message = "An internal port published for tcp and udp both needs an external port for each."
  }
}

variable "volumes" {
  type = list(object({
    container_path = string
    name           = optional(string)
    shared         = optional(string)
    host_path      = optional(string)
    read_only      = optional(bool, false)
  }))
  default     = []
  description = "What is mounted: name is a volume of this service's own, shared the name of a Docker volume service of the namespace, host_path a folder of the host."
  nullable    = false

  validation {
    condition     = alltrue([for v in var.volumes : length([for s in [v.name, v.shared, v.host_path] : s if s != null]) == 1])
    error_message = "Each volume needs exactly one of name, shared and host_path."
  }

  validation {
    condition     = alltrue([for v in var.volumes : can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", coalesce(v.name, v.shared, "path")))])
    error_message = "A volume's name must be a DNS label."
  }

  validation {
    condition     = alltrue([for v in var.volumes : startswith(coalesce(v.host_path, "/"), "/") && !contains(split("/", coalesce(v.host_path, "/")), "..") && !strcontains(coalesce(v.host_path, "/"), ":")])
    error_message = "host_path must be absolute, without '..' and ':'."
  }

  validation {
    condition     = alltrue([for v in var.volumes : startswith(v.container_path, "/") && !strcontains(v.container_path, ":")])
    error_message = "container_path must be absolute, without ':'."
  }

  validation {
    condition     = length(distinct(var.volumes[*].container_path)) == length(var.volumes)
    error_message = "Two volumes have the same container_path."
  }
}

variable "files" {
  type        = map(string)
  default     = {}
  description = "Files written into the container before it starts: absolute path to content."
  nullable    = false

  validation {
    condition     = alltrue([for path in keys(var.files) : startswith(path, "/") && !contains(split("/", path), "..") && !endswith(path, "/")])
    error_message = "A file needs an absolute path without '..'."
  }

  # The provider refuses an upload without content.
  validation {
    condition     = alltrue([for content in values(var.files) : content != ""])
    error_message = "A file must not be empty."
  }
}

variable "restart" {
  type        = string
  default     = "unless-stopped"
  description = "When the engine starts the container again by itself."
  nullable    = false

  validation {
    condition     = contains(["no", "on-failure", "always", "unless-stopped"], var.restart)
    error_message = "restart must be no, on-failure, always or unless-stopped."
  }
}

variable "max_retries" {
  type        = number
  default     = 0
  description = "With restart = on-failure: how often at most. 0 is without end."
  nullable    = false
}

variable "networks" {
  type        = list(string)
  default     = []
  description = "Docker network services of the namespace that the container joins as well."
  nullable    = false

  validation {
    condition     = alltrue([for n in var.networks : can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", n))])
    error_message = "networks takes the names of Docker network services, each a DNS label."
  }
}

variable "labels" {
  type        = map(string)
  default     = {}
  description = "Labels of the container."
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.labels) : !startswith(key, "spawnit.dev/")])
    error_message = "Labels under spawnit.dev/ are kept for the platform."
  }
}

variable "healthcheck" {
  type = object({
    test           = list(string)
    interval_s     = optional(number, 30)
    timeout_s      = optional(number, 10)
    retries        = optional(number, 3)
    start_period_s = optional(number, 0)
  })
  default     = null
  description = "How the engine sees that the service is well. Absent: the image's own."

  validation {
    condition     = var.healthcheck == null ? true : length(var.healthcheck.test) > 0 && contains(["CMD", "CMD-SHELL", "NONE"], var.healthcheck.test[0])
    error_message = "healthcheck.test must begin with CMD, CMD-SHELL or NONE."
  }
}

variable "limits" {
  type = object({
    memory_mb = optional(number)
    cpus      = optional(number)
  })
  default     = {}
  description = "The most the container may use."
  nullable    = false

  validation {
    condition     = var.limits.memory_mb == null ? true : var.limits.memory_mb >= 6 && floor(var.limits.memory_mb) == var.limits.memory_mb
    error_message = "limits.memory_mb must be a whole number of at least 6."
  }

  # The provider reads such values back rounded (10.05 as 10.1) and would see drift for ever.
  validation {
    condition     = var.limits.cpus == null ? true : var.limits.cpus >= 0.1 && (length(regexall("0", format("%.9f", var.limits.cpus))) != 9 || floor(var.limits.cpus * 10) == var.limits.cpus * 10)
    error_message = "limits.cpus must be at least 0.1, and this value can't be kept exactly: use a multiple of 0.1."
  }
}

variable "shm_size_mb" {
  type        = number
  default     = 64
  description = "Size of /dev/shm."
  nullable    = false

  validation {
    condition     = var.shm_size_mb >= 1
    error_message = "shm_size_mb must be at least 1."
  }
}

variable "user" {
  type        = string
  default     = null
  description = "User, or user:group, that the program runs as. Absent: the image's own."
}

variable "workdir" {
  type        = string
  default     = null
  description = "Folder the program starts in. Absent: the image's own."
}

variable "hostname" {
  type        = string
  default     = null
  description = "Hostname inside the container. Absent: the service's name."
}

variable "read_only" {
  type        = bool
  default     = false
  description = "Whether the container's own file system can't be written."
  nullable    = false

  # The engine refuses uploads then, even into a volume.
  validation {
    condition     = !var.read_only || length(var.files) == 0
    error_message = "files can't be written with read_only: use one of the two, or a volume that already holds them."
  }
}

variable "tmpfs" {
  type = list(object({
    path    = string
    size_mb = optional(number, 64)
  }))
  default     = []
  description = "Folders kept in memory."
  nullable    = false

  validation {
    condition     = alltrue([for t in var.tmpfs : startswith(t.path, "/")])
    error_message = "path must be absolute."
  }
}

variable "init" {
  type        = bool
  default     = true
  description = "Whether a small init process passes signals on and reaps children."
  nullable    = false
}

variable "stop_grace_s" {
  type        = number
  default     = 10
  description = "Seconds between asking the program to stop and killing it."
  nullable    = false

  validation {
    condition     = var.stop_grace_s >= 1
    error_message = "stop_grace_s must be at least 1."
  }
}

variable "log_max_mb" {
  type        = number
  default     = 10
  description = "Size at which the container's log is rotated; two files are kept."
  nullable    = false

  validation {
    condition     = var.log_max_mb >= 1
    error_message = "log_max_mb must be at least 1."
  }
}
