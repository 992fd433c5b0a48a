package main

import (
	"context"
	"os"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/yaml"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/cache"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/diff"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/engine"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/tracing"
	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/argo"
	argodiff "github.com/argoproj/argo-cd/v3/util/argo/diff"
	"github.com/argoproj/argo-cd/v3/util/argo/normalizers"
)

// application is what an Application of Argo CD says about where its objects go and how they are told from others.
type application struct {
	name, namespace, kubeconfig, tracking string
	prune, serverSide                     bool
}

// Difference is how an object of the application, in Git or in the cluster, compares with the other side.
type Difference struct {
	Object string `json:"object"`
	Status string `json:"status"` // Synced, OutOfSync, Missing in the cluster, or Pruned: Git has it no more
	Live   string `json:"live,omitempty"`
	Wanted string `json:"wanted,omitempty"`
}

// Result is what became of one object in a synchronisation.
type Result struct {
	Object  string `json:"object"`
	Status  string `json:"status"`
	Message string `json:"message"`
}

// read takes what the Application in a file says. What it does not know is an error.
func (app *application) read(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var found v1alpha1.Application
	if err := yaml.UnmarshalStrict(text, &found); err != nil {
		return err
	}
	app.name, app.namespace = found.Name, found.Spec.Destination.Namespace
	policy := found.Spec.SyncPolicy
	app.prune = policy != nil && policy.Automated.GetPrune()
	return nil
}

// mark puts on the objects what tells Argo CD that they belong to the application.
func (app application) mark(objects []*unstructured.Unstructured) error {
	for _, object := range objects {
		object.SetNamespace(app.namespace)
		method := v1alpha1.TrackingMethod(app.tracking)
		err := argo.NewResourceTracking().SetAppInstance(
			object, common.LabelKeyAppInstance, app.name, app.namespace, method, "")
		if err != nil {
			return err
		}
	}
	return nil
}

// cluster returns a cache of all objects in the namespace. For each it knows the application that it belongs to.
func (app application) cluster() (*rest.Config, cache.ClusterCache, error) {
	config, err := clientcmd.BuildConfigFromFlags("", app.kubeconfig)
	if err != nil {
		return nil, nil, err
	}
	config.QPS, config.Burst = 500, 1000
	config.UserAgent = "argocd-application-controller"
	objects := cache.NewClusterCache(config,
		cache.SetLogr(logr.Discard()),
		cache.SetNamespaces([]string{app.namespace}),
		cache.SetPopulateResourceInfoHandler(func(object *unstructured.Unstructured, _ bool) (any, bool) {
			owner := argo.NewResourceTracking().GetAppName(
				object, common.LabelKeyAppInstance, v1alpha1.TrackingMethod(app.tracking), "")
			return owner, owner != ""
		}),
	)
	return config, objects, objects.EnsureSynced()
}

func (app application) owns(object *cache.Resource) bool {
	owner, _ := object.Info.(string)
	return owner == app.name
}

func (app application) compare(objects []*unstructured.Unstructured) ([]Difference, error) {
	config, objectsInCluster, err := app.cluster()
	if err != nil {
		return nil, err
	}
	defer objectsInCluster.Invalidate()
	if err := app.mark(objects); err != nil {
		return nil, err
	}
	live, err := objectsInCluster.GetManagedLiveObjs(objects, app.owns)
	if err != nil {
		return nil, err
	}
	sides := sync.Reconcile(objects, live, app.namespace, objectsInCluster)
	settings, done, err := app.comparison(config, objectsInCluster)
	if err != nil {
		return nil, err
	}
	defer done()
	found, err := argodiff.StateDiffs(sides.Live, sides.Target, settings)
	if err != nil {
		return nil, err
	}
	differences := make([]Difference, 0, len(found.Diffs))
	for i, each := range found.Diffs {
		difference := Difference{Status: "Synced"}
		switch {
		case sides.Target[i] == nil:
			difference.Object, difference.Status = name(sides.Live[i]), "Pruned"
		case sides.Live[i] == nil:
			difference.Object, difference.Status = name(sides.Target[i]), "Missing"
		default:
			difference.Object = name(sides.Target[i])
			if each.Modified {
				difference.Status = "OutOfSync"
				difference.Live, difference.Wanted = string(each.NormalizedLive), string(each.PredictedLive)
			}
		}
		differences = append(differences, difference)
	}
	return differences, nil
}

// comparison returns how Argo CD compares, without settings of the user, and what cleans up behind it.
func (app application) comparison(config *rest.Config, objects cache.ClusterCache) (argodiff.DiffConfig, func(), error) {
	builder := argodiff.NewDiffConfigBuilder().
		WithDiffSettings(nil, map[string]v1alpha1.ResourceOverride{}, true, normalizers.IgnoreNormalizerOpts{}).
		WithTracking(common.LabelKeyAppInstance, app.tracking).
		WithNoCache().
		WithGVKParser(objects.GetGVKParser()).
		WithManager(common.ArgoCDSSAManager).
		WithServerSideDiff(app.serverSide)
	done := func() {}
	if app.serverSide {
		kubectl := &kube.KubectlCmd{Log: logr.Discard(), Tracer: tracing.NopTracer{}}
		applier, cleanup, err := kubectl.ManageServerSideDiffDryRuns(config)
		if err != nil {
			return nil, nil, err
		}
		builder.WithServerSideDryRunner(diff.NewK8sServerSideDryRunner(applier))
		done = cleanup
	}
	settings, err := builder.Build()
	return settings, done, err
}

func (app application) sync(objects []*unstructured.Unstructured) ([]Result, error) {
	config, objectsInCluster, err := app.cluster()
	if err != nil {
		return nil, err
	}
	if err := app.mark(objects); err != nil {
		return nil, err
	}
	machine := engine.NewEngine(config, objectsInCluster, engine.WithLogr(logr.Discard()))
	stop, err := machine.Run()
	if err != nil {
		return nil, err
	}
	defer stop()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	found, err := machine.Sync(ctx, objects, app.owns, "HEAD", app.namespace,
		sync.WithPrune(app.prune),
		sync.WithLogr(logr.Discard()),
		sync.WithServerSideApply(app.serverSide),
		sync.WithServerSideApplyManager(common.ArgoCDSSAManager),
	)
	if err != nil {
		return nil, err
	}
	results := make([]Result, 0, len(found))
	for _, each := range found {
		results = append(results, Result{each.ResourceKey.Kind + "/" + each.ResourceKey.Name, string(each.Status), each.Message})
	}
	return results, nil
}

func name(object *unstructured.Unstructured) string {
	return object.GetKind() + "/" + object.GetName()
}
