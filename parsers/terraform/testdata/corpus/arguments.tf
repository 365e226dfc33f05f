# Arguments at the top level, which Terraform rejects and the parser accepts.
a = 1
b = {
  resource = "x"
}
c = <<EOT
resource "a" "b" {
EOT
resource "a" "b" {
}
d = [for x in y :
  x
]
