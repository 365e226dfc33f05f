{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "ReadModels",
      "Effect": "Allow",
      "Principal": "*",
      "Action": ["s3:GetObject", "s3:ListBucket"],
      "Resource": ["${bucket_arn}", "${bucket_arn}/*"]
    }
  ]
}
