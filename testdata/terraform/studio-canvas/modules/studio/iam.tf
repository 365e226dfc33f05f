data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["sagemaker.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "canvas" {
  name_prefix        = "${var.name}-"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy_attachment" "canvas" {
  for_each = toset([
    "AmazonSageMakerCanvasAIServicesAccess",
    "AmazonSageMakerCanvasFullAccess",
    "AmazonSageMakerFullAccess",
  ])

  role       = aws_iam_role.canvas.name
  policy_arn = "arn:aws:iam::aws:policy/${each.value}"
}
