resource "aws_iam_role" "sagemaker" {
  name = "ei-sagemaker"

  assume_role_policy = <<-POLICY
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {"Service": "sagemaker.amazonaws.com"},
          "Action": "sts:AssumeRole"
        }
      ]
    }
  POLICY
}

resource "aws_iam_role_policy_attachment" "sagemaker" {
  role       = aws_iam_role.sagemaker.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"
}

resource "aws_iam_role_policy" "elastic_inference" {
  role = aws_iam_role.sagemaker.id

  policy = <<-POLICY
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": ["elastic-inference:Connect", "ec2:DescribeVpcEndpoints"],
          "Resource": "*"
        }
      ]
    }
  POLICY
}
