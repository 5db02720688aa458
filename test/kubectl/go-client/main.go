// What a program on Kubernetes' own Go library does: it is given a kubeconfig and told nothing of SpawnIt.
// It follows services with an informer until it is stopped, and tells what it sees.
package main

import (
	"context"
	"fmt"
	"os"

	"k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

var services = schema.GroupVersionResource{Group: "spawnit.dev", Version: "v1", Resource: "services"}

func main() {
	config, err := clientcmd.BuildConfigFromFlags("", os.Args[1])
	check(err)
	client := dynamic.NewForConfigOrDie(config)
	ctx := context.Background()
	discover(discovery.NewDiscoveryClientForConfigOrDie(config))
	follow(ctx, client)
	apply(ctx, client)
	select {}
}

func discover(client *discovery.DiscoveryClient) {
	lists, err := client.ServerPreferredResources()
	check(err)
	for _, list := range lists {
		for _, resource := range list.APIResources {
			if resource.Name == services.Resource {
				fmt.Println("discovered", list.GroupVersion, resource.Kind, resource.ShortNames)
			}
		}
	}
}

func follow(ctx context.Context, client dynamic.Interface) {
	factory := dynamicinformer.NewFilteredDynamicSharedInformerFactory(client, 0, "default", nil)
	informer := factory.ForResource(services).Informer()
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { tell("add", object) },
		UpdateFunc: func(_, object any) { tell("update", object) },
		DeleteFunc: func(object any) { tell("delete", object) },
	})
	check(err)
	factory.Start(ctx.Done())
	fmt.Println("synced", cache.WaitForCacheSync(ctx.Done(), informer.HasSynced), len(informer.GetStore().List()))
}

func apply(ctx context.Context, client dynamic.Interface) {
	of := client.Resource(services).Namespace("default")
	manifest := func(environment string) *unstructured.Unstructured {
		return &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "spawnit.dev/v1", "kind": "Service", "metadata": map[string]any{"name": "go"},
			"spec": map[string]any{"template": "docker-network", "suspend": true, "environment": environment},
		}}
	}
	made, err := of.Apply(ctx, "go", manifest("staging"), meta.ApplyOptions{FieldManager: "script"})
	check(err)
	environment, _, _ := unstructured.NestedString(made.Object, "spec", "environment")
	fmt.Println("applied", environment)
	_, err = of.Apply(ctx, "go", manifest("production"), meta.ApplyOptions{FieldManager: "another"})
	fmt.Println("conflict", errors.IsConflict(err))
}

func tell(what string, object any) {
	if gone, ok := object.(cache.DeletedFinalStateUnknown); ok {
		object = gone.Obj
	}
	fmt.Println(what, object.(*unstructured.Unstructured).GetName())
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
