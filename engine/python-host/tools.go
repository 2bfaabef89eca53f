//go:build tools

// Package pythonhost pins the modules that the Python language host is built from.
package pythonhost

import _ "github.com/pulumi/pulumi/sdk/python/cmd/pulumi-language-python/v3"
