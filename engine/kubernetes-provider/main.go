// pulumi-resource-kubernetes: Pulumi's official provider, built from its Go module. Its own main package embeds two
// files that upstream generates and does not publish; nothing but code generation and conversion reads them.
package main

import (
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

func main() {
	provider.Serve("kubernetes", version.Version, []byte(`{"name":"kubernetes"}`), nil)
}
