// tenfold-kube: a Kubernetes control plane in one file and one process, with simulated nodes.
//
// The local cloud runs one for each simulated EKS cluster. The API server, scheduler and controllers are upstream's own;
// simulated are the nodes and what would run on them (nodes.go, kubelet.go) and what they would measure (metrics.go).
package main

import (
	"fmt"
	"os"
	"strconv"
	_ "time/tzdata" // CronJobs name time zones; a small image has none
)

const usage = `usage:
  tenfold-kube serve DIR PORT   all state in DIR, listens on 127.0.0.1:PORT, ends at SIGTERM
  tenfold-kube version`

func main() {
	arguments := os.Args[1:]
	switch {
	case len(arguments) == 1 && arguments[0] == "version":
		fmt.Println(release)
		return
	case len(arguments) == 3 && arguments[0] == "serve":
		if port, err := strconv.Atoi(arguments[2]); err == nil {
			if err := serve(arguments[1], port); err != nil {
				fmt.Fprintln(os.Stderr, "tenfold-kube:", err)
				os.Exit(1)
			}
			return
		}
	}
	fmt.Fprintln(os.Stderr, usage)
	os.Exit(2)
}
