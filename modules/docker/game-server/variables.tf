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

variable "eula" {
  type        = bool
  description = "Whether Minecraft's licence is accepted, which the server asks for."
  nullable    = false

  validation {
    condition     = var.eula
    error_message = "The server starts only once its licence (https://www.minecraft.net/eula) is accepted."
  }
}

variable "image" {
  type        = string
  default     = "itzg/minecraft-server:java21"
  description = "Image and tag of the server."
  nullable    = false
}

variable "port" {
  type        = number
  default     = 25565
  description = "Port on the host."
  nullable    = false
}

variable "motd" {
  type        = string
  default     = "A SpawnIt server"
  description = "Text that players see in their list of servers."
  nullable    = false
}

variable "kind" {
  type        = string
  default     = "VANILLA"
  description = "Flavour of the server."
  nullable    = false
}

variable "game_version" {
  type        = string
  default     = "LATEST"
  description = "Version of the game."
  nullable    = false
}

variable "mode" {
  type        = string
  default     = "survival"
  description = "Mode of new players."
  nullable    = false
}

variable "difficulty" {
  type        = string
  default     = "easy"
  description = "How hard it is."
  nullable    = false
}

variable "max_players" {
  type        = number
  default     = 20
  description = "Players at a time."
  nullable    = false
}

variable "seed" {
  type        = string
  default     = null
  description = "What the world is grown from. Absent: random. Takes effect when the world is first made."
}

variable "operators" {
  type        = list(string)
  default     = []
  description = "Players who may do everything."
  nullable    = false
}

variable "whitelist" {
  type        = list(string)
  default     = []
  description = "The only players who may join. Empty: anyone."
  nullable    = false
}

variable "online_mode" {
  type        = bool
  default     = true
  description = "Whether players are checked with Mojang's servers."
  nullable    = false
}

variable "memory_mb" {
  type        = number
  default     = 2048
  description = "Memory for the game; the container may use a quarter and 256 MB more."
  nullable    = false
}

variable "cpus" {
  type        = number
  default     = null
  description = "Processors that the container may use. Absent: all."
}

variable "env" {
  type        = map(string)
  default     = {}
  description = "More environment variables."
  nullable    = false
}
