resource "aws_sagemaker_domain" "research" {
  domain_name             = local.name
  auth_mode               = "SSO"
  app_network_access_type = "VpcOnly"
  vpc_id                  = module.vpc.vpc_id
  subnet_ids              = module.vpc.intra_subnets

  default_user_settings {
    execution_role  = aws_iam_role.research.arn
    security_groups = [aws_security_group.apps.id]

    canvas_app_settings {
      generative_ai_settings {}

      time_series_forecasting_settings {
        status = "ENABLED"
      }
    }
  }
}

resource "aws_security_group" "apps" {
  name_prefix = "${local.name}-apps-"
  vpc_id      = module.vpc.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "apps" {
  for_each = {
    apps = { from = 8192, to = 65535 }
    nfs  = { from = 2049, to = 2049 }
  }

  security_group_id            = aws_security_group.apps.id
  referenced_security_group_id = aws_security_group.apps.id
  ip_protocol                  = "tcp"
  from_port                    = each.value.from
  to_port                      = each.value.to
}

resource "aws_vpc_security_group_egress_rule" "apps" {
  security_group_id = aws_security_group.apps.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["sagemaker.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "research" {
  name_prefix        = "${local.name}-"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy_attachments_exclusive" "research" {
  role_name = aws_iam_role.research.name
  policy_arns = [
    "arn:aws:iam::aws:policy/AmazonSageMakerCanvasFullAccess",
    "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess",
  ]
}
