resource "aws_sagemaker_domain" "this" {
  domain_name             = var.name
  auth_mode               = "IAM"
  app_network_access_type = var.network_access_type
  vpc_id                  = var.vpc_id
  subnet_ids              = var.subnet_ids

  default_user_settings {
    execution_role  = aws_iam_role.canvas.arn
    security_groups = var.security_group_ids

    canvas_app_settings {
      workspace_settings {
        s3_artifact_path = var.artifact_path
      }

      direct_deploy_settings {
        status = "ENABLED"
      }

      kendra_settings {
        status = "ENABLED"
      }

      model_register_settings {
        status = "DISABLED"
      }
    }
  }

  retention_policy {
    home_efs_file_system = "Delete"
  }
}

resource "aws_sagemaker_user_profile" "this" {
  for_each = var.users

  domain_id         = aws_sagemaker_domain.this.id
  user_profile_name = each.key

  user_settings {
    execution_role = aws_iam_role.canvas.arn
  }
}
