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
  default     = "wordpress:6-apache"
  description = "Image and tag of WordPress."
  nullable    = false
}

variable "port" {
  type        = number
  default     = null
  description = "Port on the host. Absent: the engine picks a free one."
}

variable "database_host" {
  type        = string
  description = "Host of the database, usually the internal host of a MariaDB service."
  nullable    = false
}

variable "database_port" {
  type        = number
  default     = 3306
  description = "Port of the database."
  nullable    = false
}

variable "database_name" {
  type        = string
  default     = "app"
  description = "Name of the database."
  nullable    = false
}

variable "database_user" {
  type        = string
  default     = "app"
  description = "User of the database."
  nullable    = false
}

variable "database_password" {
  type        = string
  description = "Password of that user."
  nullable    = false
  sensitive   = true
}

variable "table_prefix" {
  type        = string
  default     = "wp_"
  description = "What the names of all tables begin with."
  nullable    = false
}

variable "upload_max_mb" {
  type        = number
  default     = 64
  description = "Largest file that can be uploaded."
  nullable    = false
}

variable "debug" {
  type        = bool
  default     = false
  description = "Whether PHP errors are shown."
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
