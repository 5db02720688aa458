terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

# Credentials come from the agent's environment, never from parameters.
provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}
