module "network" {
  source = "./modules/network"

  cidr_block       = var.vpc_cidr
  private_services = var.private_services
}

data "aws_iam_policy_document" "sagemaker" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["sagemaker.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "studio" {
  name_prefix        = "studio-"
  assume_role_policy = data.aws_iam_policy_document.sagemaker.json
}

resource "aws_sagemaker_domain" "team" {
  for_each = var.network_access

  domain_name             = each.key
  auth_mode               = "IAM"
  vpc_id                  = module.network.vpc_id
  subnet_ids              = module.network.subnet_ids
  app_network_access_type = each.value

  default_user_settings {
    execution_role  = aws_iam_role.studio.arn
    security_groups = [module.network.client_security_group_id]

    canvas_app_settings {
      time_series_forecasting_settings {
        status = "DISABLED"
      }
    }
  }
}
