package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/cert"
	apiregistration "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
	aggregator "k8s.io/kube-aggregator/pkg/client/clientset_generated/clientset"
	"k8s.io/metrics/pkg/apis/custom_metrics/v1beta2"
	"k8s.io/metrics/pkg/apis/external_metrics/v1beta1"
	metrics "k8s.io/metrics/pkg/apis/metrics/v1beta1"
)

// The load of a namespace is the ConfigMap of this name in it; its keys are
//
//	cpu.DEPLOYMENT           what all its pods use together (a quantity: "5200m"), shared by those that run
//	memory.DEPLOYMENT        the same in bytes
//	pods.METRIC.DEPLOYMENT   a custom metric, of all its pods together
//	external.METRIC          a metric of something outside, such as the length of a queue
const loadName = "tenfold-load"

const (
	metricsService  = "tenfold-metrics"
	metricsGroup    = "metrics.k8s.io"
	customGroup     = "custom.metrics.k8s.io"
	externalGroup   = "external.metrics.k8s.io"
	systemNamespace = "kube-system"
)

var servedVersions = map[string]string{metricsGroup: "v1beta1", customGroup: "v1beta2", externalGroup: "v1beta1"}

type meter struct{ client kubernetes.Interface }

// startMetrics serves the three metrics APIs and registers them with the API server's aggregation layer, as a metrics
// server does.
func startMetrics(ctx context.Context, config *rest.Config, client kubernetes.Interface) error {
	port, err := listen(ctx, meter{client})
	if err != nil {
		return err
	}
	if err := publish(ctx, client, port); err != nil {
		return err
	}
	registry := aggregator.NewForConfigOrDie(config).ApiregistrationV1().APIServices()
	for group, version := range servedVersions {
		name := version + "." + group
		registry.Delete(ctx, name, metav1.DeleteOptions{}) // of the last start: with another port
		_, err := registry.Create(ctx, &apiregistration.APIService{
			ObjectMeta: metav1.ObjectMeta{Name: name},
			Spec: apiregistration.APIServiceSpec{
				Group: group, Version: version, GroupPriorityMinimum: 100, VersionPriority: 100,
				InsecureSkipTLSVerify: true, // this very process, on the loopback
				Service:               &apiregistration.ServiceReference{Namespace: systemNamespace, Name: metricsService, Port: &port},
			},
		}, metav1.CreateOptions{})
		if err != nil {
			return err
		}
	}
	return nil
}

// listen serves on a free port of the loopback. ServeTLS, not Serve on a TLS listener: that promises HTTP/2 and does not
// speak it.
func listen(ctx context.Context, handler http.Handler) (int32, error) {
	certificate, key, err := cert.GenerateSelfSignedCertKey("localhost", []net.IP{net.IPv4(127, 0, 0, 1)}, nil)
	if err != nil {
		return 0, err
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return 0, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	server := &http.Server{
		Handler:           handler,
		TLSConfig:         &tls.Config{Certificates: []tls.Certificate{pair}},
		ErrorLog:          log.New(io.Discard, "", 0), // clients that go away
		ReadHeaderTimeout: 10 * time.Second,
	}
	go server.ServeTLS(listener, "", "")
	go func() { <-ctx.Done(); server.Close() }()
	return int32(listener.Addr().(*net.TCPAddr).Port), nil
}

// publish makes the Service by which the aggregation layer finds the port.
func publish(ctx context.Context, client kubernetes.Interface, port int32) error {
	services := client.CoreV1().Services(systemNamespace)
	services.Delete(ctx, metricsService, metav1.DeleteOptions{})
	var err error
	for range 100 { // the namespace is made by the server itself, a moment after it is ready
		_, err = services.Create(ctx, &corev1.Service{
			ObjectMeta: metav1.ObjectMeta{Name: metricsService},
			Spec: corev1.ServiceSpec{Type: corev1.ServiceTypeExternalName, ExternalName: "localhost",
				Ports: []corev1.ServicePort{{Port: port, Protocol: corev1.ProtocolTCP}}},
		}, metav1.CreateOptions{})
		if !apierrors.IsNotFound(err) {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}

func (m meter) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	path := strings.Split(strings.Trim(request.URL.Path, "/"), "/")
	answer := m.answer(request.Context(), path, request.URL.Query().Get("labelSelector"))
	writer.Header().Set("Content-Type", "application/json")
	if status, refused := answer.(metav1.Status); refused {
		writer.WriteHeader(int(status.Code))
	}
	json.NewEncoder(writer).Encode(answer)
}

func missing(what string) metav1.Status {
	return metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: "Failure",
		Message: what, Reason: metav1.StatusReasonNotFound, Code: http.StatusNotFound}
}

// answer to apis/GROUP/VERSION[/namespaces/NAMESPACE/…].
func (m meter) answer(ctx context.Context, path []string, selector string) any {
	if len(path) < 3 || path[0] != "apis" {
		return missing("not served here")
	}
	group, version, rest := path[1], path[1]+"/"+path[2], path[3:]
	if len(rest) == 0 {
		return kinds(group, version)
	}
	if group == metricsGroup && rest[0] == "nodes" {
		return metrics.NodeMetricsList{TypeMeta: metav1.TypeMeta{Kind: "NodeMetricsList", APIVersion: version}}
	}
	if rest[0] != "namespaces" || len(rest) < 3 {
		return missing("only metrics of a namespace are served")
	}
	namespace, what := rest[1], rest[2]
	load := m.load(ctx, namespace)
	switch {
	case group == externalGroup:
		return external(version, what, load)
	case group == metricsGroup:
		return m.use(ctx, version, namespace, selector, load)
	case group == customGroup && what == "pods" && len(rest) == 5:
		return m.custom(ctx, version, namespace, selector, rest[4], load)
	}
	return missing("only metrics of pods are served")
}

// kinds is what discovery asks for: which resources a group has.
func kinds(group, version string) metav1.APIResourceList {
	list := metav1.APIResourceList{TypeMeta: metav1.TypeMeta{Kind: "APIResourceList", APIVersion: "v1"},
		GroupVersion: version, APIResources: []metav1.APIResource{}}
	if group == metricsGroup {
		list.APIResources = []metav1.APIResource{
			{Name: "pods", Namespaced: true, Kind: "PodMetrics", Verbs: []string{"get", "list"}},
			{Name: "nodes", Namespaced: false, Kind: "NodeMetrics", Verbs: []string{"get", "list"}},
		}
	}
	return list
}

func (m meter) load(ctx context.Context, namespace string) map[string]string {
	settings, err := m.client.CoreV1().ConfigMaps(namespace).Get(ctx, loadName, metav1.GetOptions{})
	if err != nil {
		return nil // no load is said: nothing is used
	}
	return settings.Data
}

func external(version, metric string, load map[string]string) any {
	value, err := resource.ParseQuantity(load["external."+metric])
	if err != nil {
		return missing("the ConfigMap " + loadName + " has no quantity external." + metric)
	}
	return v1beta1.ExternalMetricValueList{
		TypeMeta: metav1.TypeMeta{Kind: "ExternalMetricValueList", APIVersion: version},
		Items: []v1beta1.ExternalMetricValue{
			{MetricName: metric, Timestamp: metav1.Now(), Value: value, MetricLabels: map[string]string{}}},
	}
}

// use is what each pod takes of processor and memory: its share of what its Deployment takes.
func (m meter) use(ctx context.Context, version, namespace, selector string, load map[string]string) any {
	list := metrics.PodMetricsList{
		TypeMeta: metav1.TypeMeta{Kind: "PodMetricsList", APIVersion: version}, Items: []metrics.PodMetrics{}}
	now := metav1.Now()
	pods, sharers := m.running(ctx, namespace, selector)
	for _, pod := range pods {
		owner := deployment(&pod)
		parts := sharers[owner] * len(pod.Spec.Containers)
		use := corev1.ResourceList{
			corev1.ResourceCPU:    share(load["cpu."+owner], parts),
			corev1.ResourceMemory: share(load["memory."+owner], parts),
		}
		one := metrics.PodMetrics{
			ObjectMeta: metav1.ObjectMeta{Name: pod.Name, Namespace: namespace, Labels: pod.Labels, CreationTimestamp: now},
			Timestamp:  now, Window: metav1.Duration{Duration: time.Second}}
		for _, container := range pod.Spec.Containers {
			one.Containers = append(one.Containers, metrics.ContainerMetrics{Name: container.Name, Usage: use})
		}
		list.Items = append(list.Items, one)
	}
	return list
}

func (m meter) custom(ctx context.Context, version, namespace, selector, metric string, load map[string]string) any {
	list := v1beta2.MetricValueList{
		TypeMeta: metav1.TypeMeta{Kind: "MetricValueList", APIVersion: version}, Items: []v1beta2.MetricValue{}}
	pods, sharers := m.running(ctx, namespace, selector)
	for _, pod := range pods {
		owner := deployment(&pod)
		if total, ok := load["pods."+metric+"."+owner]; ok {
			list.Items = append(list.Items, v1beta2.MetricValue{
				DescribedObject: corev1.ObjectReference{Kind: "Pod", Namespace: namespace, Name: pod.Name, APIVersion: "/v1"},
				Metric:          v1beta2.MetricIdentifier{Name: metric}, Timestamp: metav1.Now(), Value: share(total, sharers[owner])})
		}
	}
	return list
}

// running are the pods that run, and how many each Deployment has among them.
func (m meter) running(ctx context.Context, namespace, selector string) ([]corev1.Pod, map[string]int) {
	options := metav1.ListOptions{LabelSelector: selector, ResourceVersion: "0"} // from the server's cache
	all, err := m.client.CoreV1().Pods(namespace).List(ctx, options)
	if err != nil {
		return nil, nil
	}
	running, sharers := []corev1.Pod{}, map[string]int{}
	for _, pod := range all.Items {
		if pod.Status.Phase == corev1.PodRunning && pod.DeletionTimestamp == nil {
			running = append(running, pod)
			sharers[deployment(&pod)]++
		}
	}
	return running, sharers
}

// deployment is the name of the pod's: its ReplicaSet is called after it, with the template's hash behind.
func deployment(pod *corev1.Pod) string {
	for _, owner := range pod.OwnerReferences {
		return strings.TrimSuffix(owner.Name, "-"+pod.Labels["pod-template-hash"])
	}
	return pod.Name
}

func share(total string, parts int) resource.Quantity {
	whole, err := resource.ParseQuantity(total)
	if err != nil || parts == 0 {
		return resource.MustParse("0")
	}
	if whole.Value() > 1<<40 { // bytes: a thousandth of so many does not fit into an int64
		return *resource.NewQuantity(whole.Value()/int64(parts), whole.Format)
	}
	return *resource.NewMilliQuantity(whole.MilliValue()/int64(parts), whole.Format)
}
