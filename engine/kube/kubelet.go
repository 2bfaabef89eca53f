package main

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

const (
	// A pod with this annotation never becomes ready: its containers wait for the reason in it, such as
	// ImagePullBackOff or CrashLoopBackOff.
	failing = "local.tenfold/fails"
	jobTime = time.Second // after which a pod that is to end has succeeded
	resync  = time.Minute // what was missed is seen then
)

// kubelet plays the one of every simulated node, and the load balancers' controller.
type kubelet struct {
	ctx       context.Context
	client    kubernetes.Interface
	addresses atomic.Uint32 // given to pods so far
}

// startKubelet lets every pod run that the scheduler puts on a node, and gives Services and Ingresses that ask for a
// load balancer a host name.
func startKubelet(ctx context.Context, client kubernetes.Interface) {
	k := &kubelet{ctx: ctx, client: client}
	onNode := func(options *metav1.ListOptions) {
		options.FieldSelector = fields.OneTermNotEqualSelector("spec.nodeName", "").String()
	}
	pods := informers.NewSharedInformerFactoryWithOptions(client, resync, informers.WithTweakListOptions(onNode))
	pods.Core().V1().Pods().Informer().AddEventHandler(each(func(pod *corev1.Pod) { go k.pod(pod) }))
	pods.Start(ctx.Done())
	others := informers.NewSharedInformerFactory(client, resync)
	others.Core().V1().Services().Informer().AddEventHandler(each(k.service))
	others.Networking().V1().Ingresses().Informer().AddEventHandler(each(k.ingress))
	others.Start(ctx.Done())
}

// each calls for what is new and for what changed.
func each[T any](handle func(T)) cache.ResourceEventHandler {
	return cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { handle(object.(T)) },
		UpdateFunc: func(_, object any) { handle(object.(T)) },
	}
}

// complain says what failed, except where somebody else was faster: then the next event tells how it is now.
func (k *kubelet) complain(err error) {
	if err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) && k.ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, "kubelet:", err)
	}
}

func (k *kubelet) pod(pod *corev1.Pod) {
	switch status := pod.Status; {
	case pod.DeletionTimestamp != nil:
		k.remove(pod)
	case status.Phase == corev1.PodPending && status.StartTime == nil:
		k.start(pod)
	case status.Phase == corev1.PodRunning && pod.Spec.RestartPolicy != corev1.RestartPolicyAlways:
		time.Sleep(jobTime)
		k.finish(pod)
	}
}

// remove takes no grace period: nothing runs that would need one.
func (k *kubelet) remove(pod *corev1.Pod) {
	now := int64(0)
	k.complain(k.client.CoreV1().Pods(pod.Namespace).Delete(k.ctx, pod.Name, metav1.DeleteOptions{
		GracePeriodSeconds: &now,
		Preconditions:      &metav1.Preconditions{UID: &pod.UID}, // a StatefulSet's next pod has the same name
	}))
}

func (k *kubelet) start(pod *corev1.Pod) {
	now := metav1.Now()
	reason := pod.Annotations[failing]
	ready := reason == ""
	changed := pod.DeepCopy()
	status := &changed.Status
	status.StartTime = &now
	number := k.addresses.Add(1)
	status.PodIP = fmt.Sprintf("10.244.%d.%d", number/250%250, number%250+2)
	status.PodIPs = []corev1.PodIP{{IP: status.PodIP}}
	status.HostIP = "10.0.0.1"
	if ready {
		status.Phase = corev1.PodRunning
	}
	status.Conditions = append(status.Conditions,
		condition(corev1.PodReadyToStartContainers, now, ""),
		condition(corev1.PodInitialized, now, ""),
		condition(corev1.ContainersReady, now, reason),
		condition(corev1.PodReady, now, reason),
	)
	for _, container := range pod.Spec.Containers {
		one := corev1.ContainerStatus{Name: container.Name, Image: container.Image, Ready: ready, Started: &ready}
		if ready {
			one.State.Running = &corev1.ContainerStateRunning{StartedAt: now}
		} else {
			message := "simulated, by the annotation " + failing
			one.State.Waiting = &corev1.ContainerStateWaiting{Reason: reason, Message: message}
		}
		status.ContainerStatuses = append(status.ContainerStatuses, one)
	}
	k.updateStatus(changed)
}

func condition(kind corev1.PodConditionType, now metav1.Time, failed string) corev1.PodCondition {
	if failed == "" {
		return corev1.PodCondition{Type: kind, Status: corev1.ConditionTrue, LastTransitionTime: now}
	}
	return corev1.PodCondition{Type: kind, Status: corev1.ConditionFalse, LastTransitionTime: now,
		Reason: "ContainersNotReady", Message: "simulated: " + failed}
}

func (k *kubelet) finish(pod *corev1.Pod) {
	changed := pod.DeepCopy()
	changed.Status.Phase = corev1.PodSucceeded
	for i := range changed.Status.ContainerStatuses {
		one := &changed.Status.ContainerStatuses[i]
		one.Ready = false
		ended := &corev1.ContainerStateTerminated{Reason: "Completed", FinishedAt: metav1.Now()}
		one.State = corev1.ContainerState{Terminated: ended}
	}
	k.updateStatus(changed)
}

func (k *kubelet) updateStatus(pod *corev1.Pod) {
	_, err := k.client.CoreV1().Pods(pod.Namespace).UpdateStatus(k.ctx, pod, metav1.UpdateOptions{})
	k.complain(err)
}

func (k *kubelet) service(service *corev1.Service) {
	if service.Spec.Type != corev1.ServiceTypeLoadBalancer || len(service.Status.LoadBalancer.Ingress) > 0 {
		return
	}
	changed := service.DeepCopy()
	changed.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{Hostname: hostName(service.ObjectMeta)}}
	_, err := k.client.CoreV1().Services(service.Namespace).UpdateStatus(k.ctx, changed, metav1.UpdateOptions{})
	k.complain(err)
}

func (k *kubelet) ingress(ingress *networkingv1.Ingress) {
	if len(ingress.Status.LoadBalancer.Ingress) > 0 {
		return
	}
	changed := ingress.DeepCopy()
	changed.Status.LoadBalancer.Ingress = []networkingv1.IngressLoadBalancerIngress{{Hostname: hostName(ingress.ObjectMeta)}}
	_, err := k.client.NetworkingV1().Ingresses(ingress.Namespace).UpdateStatus(k.ctx, changed, metav1.UpdateOptions{})
	k.complain(err)
}

func hostName(object metav1.ObjectMeta) string {
	return object.Name + "." + object.Namespace + ".elb.local"
}
