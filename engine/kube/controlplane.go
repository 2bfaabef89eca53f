package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"go.etcd.io/etcd/server/v3/embed"
	"go.etcd.io/etcd/server/v3/storage/wal"
	"k8s.io/client-go/rest"
	cliflag "k8s.io/component-base/cli/flag"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	apiserveroptions "k8s.io/kubernetes/cmd/kube-apiserver/app/options"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	controlleroptions "k8s.io/kubernetes/cmd/kube-controller-manager/app/options"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	scheduleroptions "k8s.io/kubernetes/cmd/kube-scheduler/app/options"
)

// release is that of k8s.io/kubernetes in go.mod. The linker stamps the libraries with the same (engine/README.md): by
// default they call themselves a development version, which clients cannot parse.
const release = "v1.36.3"

// runningControllers are what a service on Kubernetes needs; none of volumes, certificates and clouds. Endpoints beside
// EndpointSlices: Pulumi's provider still waits for them.
var runningControllers = []string{
	"cronjob", "daemonset", "deployment", "disruption", "endpoint", "endpointslice", "garbagecollector",
	"horizontalpodautoscaling", "job", "namespace", "podgc", "replicaset", "resourcequota", "root-ca-cert-publisher",
	"serviceaccount", "statefulset",
}

// startStore runs etcd in this process, on sockets in the working directory: an absolute path may be longer than the
// 108 bytes that a socket's name may have.
func startStore(dir string) (*embed.Etcd, error) {
	wal.SegmentSizeBytes = 8 << 20 // allocated ahead; 64 MiB by default, twice
	config := embed.NewConfig()
	config.Dir = filepath.Join(dir, "etcd")
	config.LogLevel = "error"
	config.UnsafeNoFsync = true // a simulation: speed before surviving a power cut
	config.EnableGRPCGateway = false
	config.ListenClientUrls = []url.URL{{Scheme: "unix", Host: "etcd.sock"}}
	config.ListenPeerUrls = []url.URL{{Scheme: "unix", Host: "peer.sock"}}
	nowhere := []url.URL{{Scheme: "http", Host: "127.0.0.1:1"}} // must read host:port; no other member would ask
	config.AdvertiseClientUrls, config.AdvertisePeerUrls = nowhere, nowhere
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	store, err := embed.StartEtcd(config)
	if err != nil {
		return nil, err
	}
	select {
	case <-store.Server.ReadyNotify():
		return store, nil
	case <-time.After(30 * time.Second):
		store.Close()
		return nil, errors.New("not ready after 30 s")
	}
}

func runAPIServer(ctx context.Context, f files, port int) error {
	options := apiserveroptions.NewServerRunOptions()
	if err := parse("kube-apiserver", options.Flags(), []string{
		"--etcd-servers=unix://etcd.sock",
		"--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", port),
		"--endpoint-reconciler-type=none", // 127.0.0.1 may not be an endpoint of the service "kubernetes"
		"--cert-dir=" + f.dir,
		"--token-auth-file=" + f.tokens,
		"--authorization-mode=RBAC",
		"--service-account-issuer=https://localhost",
		"--service-account-key-file=" + f.key, "--service-account-signing-key-file=" + f.key,
		"--service-cluster-ip-range=10.96.0.0/16",
		"--disable-admission-plugins=TaintNodesByCondition", // simulated nodes are ready from the start
		"--enable-priority-and-fairness=false",
	}); err != nil {
		return err
	}
	if err := options.GenericServerRunOptions.ComponentGlobalsRegistry.Set(); err != nil {
		return err
	}
	rest.SetDefaultWarningHandler(rest.NoWarnings{})
	completed, err := options.Complete(ctx)
	if err != nil {
		return err
	}
	if errs := completed.Validate(); len(errs) > 0 {
		return errors.Join(errs...)
	}
	// Not NewAPIServerCommand: that takes the process's signals for itself.
	return apiserver.Run(ctx, completed)
}

func runControllers(ctx context.Context, f files) error {
	options, err := controlleroptions.NewKubeControllerManagerOptions()
	if err != nil {
		return err
	}
	known, off, aliases := controllers.KnownControllers(), controllers.ControllersDisabledByDefault(), controllers.ControllerAliases()
	if err := parse("kube-controller-manager", options.Flags(known, off, aliases), []string{
		"--kubeconfig=" + f.kubeconfig, "--leader-elect=false", "--secure-port=0",
		"--controllers=" + strings.Join(runningControllers, ","),
		"--root-ca-file=" + f.certificate,
		"--kube-api-qps=200", "--kube-api-burst=400",
		// A real cluster looks every 15 s and waits up to 5 minutes for a pod's first measurements.
		"--horizontal-pod-autoscaler-sync-period=1s",
		"--horizontal-pod-autoscaler-initial-readiness-delay=1s",
		"--horizontal-pod-autoscaler-cpu-initialization-period=1s",
	}); err != nil {
		return err
	}
	config, err := options.Config(ctx, known, off, aliases)
	if err != nil {
		return err
	}
	return controllers.Run(ctx, config.Complete())
}

func runScheduler(ctx context.Context, f files) error {
	options := scheduleroptions.NewOptions()
	if err := parse("kube-scheduler", *options.Flags, []string{
		"--kubeconfig=" + f.kubeconfig, "--leader-elect=false", "--secure-port=0",
	}); err != nil {
		return err
	}
	config, scheduling, err := scheduler.Setup(ctx, options)
	if err != nil {
		return err
	}
	return scheduler.Run(ctx, config, scheduling)
}

func parse(component string, sets cliflag.NamedFlagSets, arguments []string) error {
	all := pflag.NewFlagSet(component, pflag.ContinueOnError)
	for _, set := range sets.FlagSets {
		all.AddFlagSet(set)
	}
	return all.Parse(arguments)
}
