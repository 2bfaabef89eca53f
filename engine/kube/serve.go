package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	readyFile     = "ready" // is there while the cluster answers
	serverTimeout = 120 * time.Second
)

// serve runs a whole cluster until it is told to stop or a part of it fails.
func serve(dir string, port int) error {
	began := time.Now()
	report := func(what string) { fmt.Printf("%6.2f s  %s\n", time.Since(began).Seconds(), what) }
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	dir, err := enter(dir)
	if err != nil {
		return err
	}
	files, err := prepare(dir, port)
	if err != nil {
		return err
	}
	store, err := startStore(dir)
	if err != nil {
		return fmt.Errorf("etcd: %w", err)
	}
	defer store.Close()
	report("etcd")

	failed := make(chan error, 8) // room for every part: none of them waits for a reader
	run := func(part string, work func() error) {
		go func() {
			if err := work(); err != nil && !errors.Is(err, context.Canceled) {
				failed <- fmt.Errorf("%s: %w", part, err)
			}
		}()
	}
	run("kube-apiserver", func() error { return runAPIServer(ctx, files, port) })
	config, err := waitReady(ctx, files.kubeconfig, failed)
	if err != nil {
		return err
	}
	report("kube-apiserver")
	run("kube-controller-manager", func() error { return runControllers(ctx, files) })
	run("kube-scheduler", func() error { return runScheduler(ctx, files) })
	client := kubernetes.NewForConfigOrDie(config)
	if err := startNodes(ctx, client, filepath.Join(dir, "nodes.json")); err != nil {
		return fmt.Errorf("nodes: %w", err)
	}
	startKubelet(ctx, client)
	if err := startMetrics(ctx, config, client); err != nil {
		return fmt.Errorf("metrics: %w", err)
	}
	if err := os.WriteFile(readyFile, nil, 0o600); err != nil {
		return err
	}
	defer os.Remove(readyFile)
	report("ready")

	select {
	case <-ctx.Done():
		report("stopping")
		time.Sleep(200 * time.Millisecond) // the API server closes its watches before etcd goes
		return nil
	case err := <-failed:
		return err
	}
}

// enter makes the directory and works in it: see startStore.
func enter(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	return dir, os.Chdir(dir)
}

// waitReady asks the API server until it answers, or fails, or takes too long.
func waitReady(ctx context.Context, kubeconfig string, failed <-chan error) (*rest.Config, error) {
	deadline := time.After(serverTimeout)
	var last error
	for {
		select {
		case err := <-failed:
			return nil, err
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-deadline:
			return nil, fmt.Errorf("kube-apiserver is not ready after %s: %w", serverTimeout, last)
		case <-time.After(50 * time.Millisecond):
		}
		var config *rest.Config
		if config, last = ask(ctx, kubeconfig); last == nil {
			return config, nil
		}
	}
}

// ask reads the kubeconfig anew: the certificate it names is made by the server while it starts.
func ask(ctx context.Context, kubeconfig string) (*rest.Config, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = 200, 400 // the simulated nodes write every pod's status
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	_, err = client.Discovery().RESTClient().Get().AbsPath("/readyz").DoRaw(ctx)
	return config, err
}
