output "domain_url" {
  description = "Where people sign in."
  value       = module.studio.url
}
