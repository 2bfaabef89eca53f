package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/kubernetes"
)

const (
	simulated       = "local.tenfold/node" // the label of a node that this process made
	mostPods        = "110"                // a kubelet's default
	lookAtNodesFile = time.Second
)

// node is one simulated machine, as the local cloud writes it into nodes.json.
type node struct {
	Name         string            `json:"name"`
	Zone         string            `json:"zone"`
	Region       string            `json:"region"`
	InstanceType string            `json:"instance_type"`
	Architecture string            `json:"architecture"` // amd64, arm64
	VCPUs        int64             `json:"vcpus"`
	MemoryMiB    int64             `json:"memory_mib"`
	Labels       map[string]string `json:"labels"`
}

// startNodes makes the nodes of the file, and follows it: node groups are made, scaled and deleted while it runs.
func startNodes(ctx context.Context, client kubernetes.Interface, path string) error {
	if err := applyNodes(ctx, client, path); err != nil {
		return err
	}
	go func() {
		last := changedAt(path)
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(lookAtNodesFile):
			}
			now := changedAt(path)
			if now.Equal(last) {
				continue
			}
			if err := applyNodes(ctx, client, path); err != nil {
				fmt.Fprintln(os.Stderr, "nodes:", err) // tried again at the next look
				continue
			}
			last = now
		}
	}()
	return nil
}

func changedAt(path string) time.Time {
	if info, err := os.Stat(path); err == nil {
		return info.ModTime()
	}
	return time.Time{}
}

// applyNodes makes the cluster's nodes those of the file; without a file there are none.
func applyNodes(ctx context.Context, client kubernetes.Interface, path string) error {
	var nodes []node
	content, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(content, &nodes)
	}
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	expected := map[string]bool{}
	for _, one := range nodes {
		expected[one.Name] = true
		_, err := client.CoreV1().Nodes().Create(ctx, one.object(), metav1.CreateOptions{})
		if err != nil && !apierrors.IsAlreadyExists(err) {
			return err
		}
	}
	present, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{LabelSelector: simulated})
	if err != nil {
		return err
	}
	for _, one := range present.Items {
		if !expected[one.Name] {
			if err := removeNode(ctx, client, one.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// removeNode takes its pods along at once; their controllers put new ones on the nodes that are left.
func removeNode(ctx context.Context, client kubernetes.Interface, name string) error {
	err := client.CoreV1().Nodes().Delete(ctx, name, metav1.DeleteOptions{})
	if err != nil && !apierrors.IsNotFound(err) {
		return err
	}
	on := metav1.ListOptions{FieldSelector: fields.OneTermEqualSelector("spec.nodeName", name).String()}
	pods, err := client.CoreV1().Pods(metav1.NamespaceAll).List(ctx, on)
	if err != nil {
		return err
	}
	for _, pod := range pods.Items {
		now := int64(0)
		err := client.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name, metav1.DeleteOptions{GracePeriodSeconds: &now})
		if err != nil && !apierrors.IsNotFound(err) {
			return err
		}
	}
	return nil
}

func (n node) object() *corev1.Node {
	labels := map[string]string{
		simulated:                      "true",
		corev1.LabelHostname:           n.Name,
		corev1.LabelTopologyZone:       n.Zone,
		corev1.LabelTopologyRegion:     n.Region,
		corev1.LabelInstanceTypeStable: n.InstanceType,
		corev1.LabelOSStable:           "linux",
		corev1.LabelArchStable:         n.Architecture,
	}
	for key, value := range n.Labels {
		labels[key] = value
	}
	size := corev1.ResourceList{
		corev1.ResourceCPU:              *resource.NewQuantity(n.VCPUs, resource.DecimalSI),
		corev1.ResourceMemory:           *resource.NewQuantity(n.MemoryMiB<<20, resource.BinarySI),
		corev1.ResourcePods:             resource.MustParse(mostPods),
		corev1.ResourceEphemeralStorage: resource.MustParse("20Gi"),
	}
	now := metav1.Now()
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: n.Name, Labels: labels},
		Status: corev1.NodeStatus{
			Capacity: size, Allocatable: size,
			Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "Simulated",
				LastHeartbeatTime: now, LastTransitionTime: now}},
			NodeInfo: corev1.NodeSystemInfo{KubeletVersion: release, OperatingSystem: "linux", Architecture: n.Architecture},
		},
	}
}
