//go:build tools

// Package yamlhost pins the modules that the YAML language host is built from.
package yamlhost

import _ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
