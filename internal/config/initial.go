package config

import _ "embed"

// Initial is a file to start with: every key with what it means, the defaults set and the rest as comments.
//
//go:embed initial.yaml
var Initial []byte
