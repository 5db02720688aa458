locals {
  name = "${var.spawnit.namespace}.${var.spawnit.service}"

  # On every object, so that a sweep finds what belongs to a service. No epoch:
  # the provider replaces a container when a label changes, so each takeover would.
  labels = {
    "spawnit.dev/cluster"   = var.spawnit.cluster
    "spawnit.dev/managed"   = "true"
    "spawnit.dev/namespace" = var.spawnit.namespace
    "spawnit.dev/service"   = var.spawnit.service
    "spawnit.dev/uid"       = var.spawnit.uid
  }

  own_volumes = toset([for v in var.volumes : v.name if v.name != null])

  # The provider reads ports back by internal port, so they are given in that order.
  ports_by_key = { for p in var.ports : format("%05d/%s", p.internal, p.protocol) => p }

  secret_keys = nonsensitive(keys(var.secret_env))
  # In two parts, so that without secrets the whole stays readable in plans.
  env = concat(
    [for k, v in var.env : "${k}=${v}" if !contains(local.secret_keys, k)],
    [for k in local.secret_keys : "${k}=${var.secret_env[k]}"],
  )

  # As Go prints durations, which is how the provider reads them back: 90 is 1m30s.
  durations = {
    for key, s in {
      interval     = try(var.healthcheck.interval_s, 0)
      timeout      = try(var.healthcheck.timeout_s, 0)
      start_period = try(var.healthcheck.start_period_s, 0)
      } : key => join("", [
        s >= 3600 ? "${floor(s / 3600)}h" : "",
        s >= 60 ? "${floor(s / 60) % 60}m" : "",
        "${s % 60}s",
    ])
  }

  # As the provider prints it back: 1 is "1.0", 10 is "10.", 0.25 is "0.25".
  cpus_digits = var.limits.cpus == null ? "" : format("%.9f", var.limits.cpus)
  cpus = var.limits.cpus == null ? null : (
    length(regexall("0", local.cpus_digits)) == 9 ? format("%.1f", var.limits.cpus) : replace(local.cpus_digits, "/0+$/", "")
  )
}

resource "docker_image" "this" {
  name         = var.image
  keep_locally = true
  force_remove = false
}

resource "docker_volume" "this" {
  for_each = local.own_volumes

  name = "${local.name}.${each.key}"

  dynamic "labels" {
    for_each = local.labels
    content {
      label = labels.key
      value = labels.value
    }
  }

  # A volume's labels are for ever: to change one, the provider would replace it, data and all.
  lifecycle {
    ignore_changes = [labels]
  }
}

# The provider can't see these change: going back to the image's own value counts as 'as it was',
# and of tmpfs and init it reads what runs but never changes it. So their change replaces the container.
resource "terraform_data" "unseen_by_provider" {
  input = {
    own_command     = var.command != null
    own_entrypoint  = var.entrypoint != null
    own_healthcheck = var.healthcheck != null
    own_memory      = var.limits.memory_mb != null
    own_cpus        = var.limits.cpus != null
    user            = var.user
    workdir         = var.workdir
    init            = var.init
    tmpfs           = jsonencode(var.tmpfs)
  }
}

resource "docker_container" "this" {
  name = local.name
  # By name, not by id: a tag that moves on this engine is not a change of what was declared.
  image      = docker_image.this.name
  command    = var.command
  entrypoint = var.entrypoint
  env        = local.env

  user        = var.user
  working_dir = var.workdir
  hostname    = coalesce(var.hostname, var.spawnit.service)
  read_only   = var.read_only
  init        = var.init
  tmpfs       = { for t in var.tmpfs : t.path => "size=${t.size_mb}m" }

  restart         = var.restart
  max_retry_count = var.restart == "on-failure" ? var.max_retries : 0

  # The first is for the engine's own stops, the second for the provider's, which kills at once without it.
  stop_timeout          = var.stop_grace_s
  destroy_grace_seconds = var.stop_grace_s

  memory = var.limits.memory_mb
  # Without a value the engine computes one, which the provider takes for drift; -1 (swap is the
  # host's affair) is also what engines without swap accounting answer whatever is asked.
  memory_swap = var.limits.memory_mb == null ? null : -1
  cpus        = local.cpus
  shm_size    = var.shm_size_mb

  log_driver = "json-file"
  log_opts = {
    max-size = "${var.log_max_mb}m"
    max-file = "2"
  }

  dynamic "labels" {
    for_each = merge(var.labels, local.labels)
    content {
      label = labels.key
      value = labels.value
    }
  }

  networks_advanced {
    name    = var.spawnit.network
    aliases = [var.spawnit.service]
  }

  # Names are completed with the namespace, so no other tenant's network can be named.
  dynamic "networks_advanced" {
    for_each = toset(var.networks)
    content {
      name    = "${var.spawnit.namespace}.${networks_advanced.value}"
      aliases = [var.spawnit.service]
    }
  }

  dynamic "ports" {
    for_each = [for key in sort(keys(local.ports_by_key)) : local.ports_by_key[key]]
    content {
      internal = ports.value.internal
      external = ports.value.external
      protocol = ports.value.protocol
      ip       = ports.value.ip
    }
  }

  dynamic "volumes" {
    for_each = var.volumes
    content {
      container_path = volumes.value.container_path
      host_path      = volumes.value.host_path
      volume_name = (
        volumes.value.name != null ? docker_volume.this[volumes.value.name].name :
        volumes.value.shared != null ? "${var.spawnit.namespace}.${volumes.value.shared}" : null
      )
      read_only = volumes.value.read_only
    }
  }

  dynamic "upload" {
    for_each = var.files
    content {
      file    = upload.key
      content = upload.value
    }
  }

  dynamic "healthcheck" {
    for_each = var.healthcheck == null ? [] : [var.healthcheck]
    content {
      test         = healthcheck.value.test
      interval     = local.durations.interval
      timeout      = local.durations.timeout
      start_period = local.durations.start_period
      retries      = healthcheck.value.retries
    }
  }

  lifecycle {
    replace_triggered_by = [terraform_data.unseen_by_provider]
  }
}
