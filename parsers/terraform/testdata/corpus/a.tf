locals { a = 1 }
resource aws_vpc "x" {
  a = "${"}"}"
}
