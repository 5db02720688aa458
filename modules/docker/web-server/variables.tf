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
  default     = "nginx:1.28-alpine"
  description = "A web server's image and tag."
  nullable    = false
}

variable "port" {
  type        = number
  default     = null
  description = "Port on the host. Absent: the engine picks a free one."
}

variable "index_html" {
  type        = string
  default     = null
  description = "The first page. Absent: the image's own, or the one among files."
}

variable "files" {
  type        = map(string)
  default     = {}
  description = "Files of the site: path below the document root to content."
  nullable    = false

  validation {
    condition     = var.index_html == null || !contains([for path in keys(var.files) : trimprefix(path, "/")], "index.html")
    error_message = "index.html is given twice, as index_html and among files."
  }
}

variable "document_root" {
  type        = string
  default     = "/usr/share/nginx/html"
  description = "Folder in the container that is served."
  nullable    = false
}

variable "container_port" {
  type        = number
  default     = 80
  description = "Port that the server in the container listens on."
  nullable    = false
}

variable "env" {
  type        = map(string)
  default     = {}
  description = "Environment variables."
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
