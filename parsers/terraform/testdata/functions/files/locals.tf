locals {
  greeting = "Hi $${name}!"
}
