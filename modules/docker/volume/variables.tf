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
