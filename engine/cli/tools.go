//go:build tools

// Package cli pins the modules that the Pulumi command line is built from.
// `go install pkg@version` refuses modules with replace lines, hence this wrapper.
package cli

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
