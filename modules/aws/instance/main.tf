locals {
  name = "${var.spawnit.namespace}.${var.spawnit.service}"

  tags = {
    Name                    = local.name
    "spawnit.dev/cluster"   = var.spawnit.cluster
    "spawnit.dev/managed"   = "true"
    "spawnit.dev/namespace" = var.spawnit.namespace
    "spawnit.dev/service"   = var.spawnit.service
    "spawnit.dev/uid"       = var.spawnit.uid
  }

  vpc_id = var.subnet_id == null ? data.aws_vpc.default[0].id : data.aws_subnet.chosen[0].vpc_id

  # One rule for each port and range.
  openings = merge(
    {
      for o in flatten([for p in var.ports : [for cidr in p.cidrs : { port = p.external, protocol = p.protocol, cidr = cidr }]]) :
      "${o.protocol}-${o.port}-${o.cidr}" => o
    },
    { for cidr in var.ssh_cidrs : "ssh-${cidr}" => { port = 22, protocol = "tcp", cidr = cidr } },
  )

  env_file = "/etc/spawnit/service.env"
  run = concat(
    ["docker", "run", "--detach", "--restart", "unless-stopped", "--name", local.name, "--env-file", local.env_file],
    flatten([for p in var.ports : ["--publish", "${p.external}:${p.internal}/${p.protocol}"]]),
    [var.image],
    var.command,
  )

  # Commands are lists, which cloud-init runs as they stand: no value meets a shell. No secret
  # is in here, since whoever may describe the instance can read it.
  user_data = "#cloud-config\n${yamlencode({
    packages = ["docker"]
    write_files = [{
      path        = local.env_file
      permissions = "0600"
      encoding    = "b64"
      content     = base64encode(join("", [for k, v in var.env : "${k}=${v}\n"]))
    }]
    runcmd = [
      ["systemctl", "enable", "--now", "docker"],
      local.run,
    ]
  })}"
}

data "aws_vpc" "default" {
  count   = var.subnet_id == null ? 1 : 0
  default = true
}

data "aws_subnet" "chosen" {
  count = var.subnet_id == null ? 0 : 1
  id    = var.subnet_id
}

data "aws_ssm_parameter" "ami" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${var.architecture}"
}

# The image chosen when the instance was made. A newer one appears every few weeks and is no
# change of this service, so the first choice is kept; the instance itself is compared with it.
resource "terraform_data" "ami" {
  input            = data.aws_ssm_parameter.ami.insecure_value
  triggers_replace = [var.region, var.architecture]

  lifecycle {
    ignore_changes = [input]
  }
}

resource "aws_security_group" "this" {
  # A name may not begin with sg-, which a namespace could.
  name_prefix = "spawnit.${local.name}."
  description = "SpawnIt service ${local.name}"
  vpc_id      = local.vpc_id

  # A group that is in use can't be removed, so the new one comes first.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = local.openings

  security_group_id = aws_security_group.this.id
  ip_protocol       = each.value.protocol
  from_port         = each.value.port
  to_port           = each.value.port
  cidr_ipv4         = each.value.cidr
}

resource "aws_vpc_security_group_egress_rule" "this" {
  security_group_id = aws_security_group.this.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_instance" "this" {
  ami                         = coalesce(var.ami, terraform_data.ami.output)
  instance_type               = var.instance_type
  subnet_id                   = var.subnet_id
  vpc_security_group_ids      = [aws_security_group.this.id]
  associate_public_ip_address = true
  key_name                    = var.key_name
  user_data                   = local.user_data
  # It runs at the first boot only: without this a change of image or env would change nothing.
  user_data_replace_on_change = true

  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
    # One hop: what runs in the container can't ask for the instance's credentials.
    http_put_response_hop_limit = 1
  }

  root_block_device {
    volume_type = "gp3"
    volume_size = var.disk_gb
    encrypted   = true
  }
}
