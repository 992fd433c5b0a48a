package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

// provisionerName is what a StorageClass names to have its claims served by runProvisioner.
const provisionerName = "composestack.io/directory"

// provisioner serves claims with directories below root, expands and deletes them. Kubernetes' own host-path provisioner can do
// neither of the last two, and writes to /tmp only.
type provisioner struct {
	client kubernetes.Interface
	root   string
}

func runProvisioner(kubeconfig, root string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS, config.Burst = 500, 1000
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	p := provisioner{client: client, root: root}
	factory := informers.NewSharedInformerFactory(client, 0)
	if err := watch(factory.Core().V1().PersistentVolumeClaims().Informer(), p.serve); err != nil {
		return err
	}
	if err := watch(factory.Core().V1().PersistentVolumes().Informer(), p.reclaim); err != nil {
		return err
	}
	factory.StartWithContext(context.Background())
	select {}
}

// watch calls serve with every object and every change. Objects of tests are few and their API server is near, so a failed call
// is reported and left to the next change of the object.
func watch[T any](informer cache.SharedIndexInformer, serve func(context.Context, T) error) error {
	handle := func(object any) {
		if typed, ok := object.(T); ok {
			if err := serve(context.Background(), typed); err != nil && !apierrors.IsNotFound(err) && !apierrors.IsAlreadyExists(err) {
				fmt.Fprintln(os.Stderr, err)
			}
		}
	}
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    handle,
		UpdateFunc: func(_, object any) { handle(object) },
	})
	return err
}

func (p provisioner) serve(ctx context.Context, claim *core.PersistentVolumeClaim) error {
	if claim.Annotations["volume.kubernetes.io/storage-provisioner"] != provisionerName || claim.DeletionTimestamp != nil {
		return nil
	}
	if claim.Spec.VolumeName == "" {
		return p.create(ctx, claim)
	}
	wanted, held := claim.Spec.Resources.Requests[core.ResourceStorage], claim.Status.Capacity[core.ResourceStorage]
	if claim.Status.Phase == core.ClaimBound && wanted.Cmp(held) > 0 {
		return p.expand(ctx, claim)
	}
	return nil
}

func (p provisioner) create(ctx context.Context, claim *core.PersistentVolumeClaim) error {
	class, err := p.client.StorageV1().StorageClasses().Get(ctx, *claim.Spec.StorageClassName, meta.GetOptions{})
	if err != nil {
		return err
	}
	name := "pvc-" + string(claim.UID)
	volume := &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{
			Name:        name,
			Annotations: map[string]string{"pv.kubernetes.io/provisioned-by": provisionerName},
		},
		Spec: core.PersistentVolumeSpec{
			AccessModes:                   claim.Spec.AccessModes,
			Capacity:                      core.ResourceList{core.ResourceStorage: claim.Spec.Resources.Requests[core.ResourceStorage]},
			ClaimRef:                      &core.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID},
			PersistentVolumeReclaimPolicy: *class.ReclaimPolicy,
			StorageClassName:              class.Name,
			VolumeMode:                    claim.Spec.VolumeMode,
			PersistentVolumeSource:        core.PersistentVolumeSource{HostPath: &core.HostPathVolumeSource{Path: filepath.Join(p.root, name)}},
		},
	}
	if err := os.MkdirAll(volume.Spec.HostPath.Path, 0o777); err != nil {
		return err
	}
	_, err = p.client.CoreV1().PersistentVolumes().Create(ctx, volume, meta.CreateOptions{})
	return err
}

func (p provisioner) expand(ctx context.Context, claim *core.PersistentVolumeClaim) error {
	wanted := core.ResourceList{core.ResourceStorage: claim.Spec.Resources.Requests[core.ResourceStorage]}
	volume, err := p.client.CoreV1().PersistentVolumes().Get(ctx, claim.Spec.VolumeName, meta.GetOptions{})
	if err != nil {
		return err
	}
	volume.Spec.Capacity = wanted
	if _, err := p.client.CoreV1().PersistentVolumes().Update(ctx, volume, meta.UpdateOptions{}); err != nil {
		return err
	}
	claim = claim.DeepCopy()
	claim.Status.Capacity = wanted
	_, err = p.client.CoreV1().PersistentVolumeClaims(claim.Namespace).UpdateStatus(ctx, claim, meta.UpdateOptions{})
	return err
}

func (p provisioner) reclaim(ctx context.Context, volume *core.PersistentVolume) error {
	released := volume.Status.Phase == core.VolumeReleased && volume.DeletionTimestamp == nil
	wanted := volume.Spec.PersistentVolumeReclaimPolicy == core.PersistentVolumeReclaimDelete
	if volume.Annotations["pv.kubernetes.io/provisioned-by"] != provisionerName || !released || !wanted {
		return nil
	}
	if err := os.RemoveAll(volume.Spec.HostPath.Path); err != nil {
		return err
	}
	return p.client.CoreV1().PersistentVolumes().Delete(ctx, volume.Name, meta.DeleteOptions{})
}
