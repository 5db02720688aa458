module "instance" {
  source = "../instance"

  spawnit = var.spawnit
  image   = var.image
  ports   = [{ internal = 25565, external = var.port }]
  limits  = { memory_mb = ceil(var.memory_mb * 1.25) + 256, cpus = var.cpus }

  env = merge(
    {
      EULA        = "TRUE"
      TYPE        = var.kind
      VERSION     = var.game_version
      MOTD        = var.motd
      MODE        = var.mode
      DIFFICULTY  = var.difficulty
      MAX_PLAYERS = tostring(var.max_players)
      ONLINE_MODE = var.online_mode ? "TRUE" : "FALSE"
      MEMORY      = "${var.memory_mb}M"
    },
    var.seed == null ? {} : { SEED = var.seed },
    length(var.operators) == 0 ? {} : { OPS = join(",", var.operators) },
    length(var.whitelist) == 0 ? {} : { WHITELIST = join(",", var.whitelist), ENFORCE_WHITELIST = "TRUE" },
    var.env,
  )
  volumes = [{ name = "world", container_path = "/data" }]
  # The world is saved on the way down.
  stop_grace_s = 60
}
