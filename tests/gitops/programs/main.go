// Looks at objects as Argo CD does, with the code of Argo CD: its Lua for health, its tracking of what belongs to an application,
// its comparison of Git with the cluster, and its engine for synchronising, which also prunes.
//
//	argocd health SCRIPT       prints the health of each object by the script that is a file
//	argocd compare FLAGS       prints what differs between the objects and the cluster
//	argocd sync FLAGS          makes the cluster what the objects say, and prints what it did
//
// The objects are a JSON list on standard input: what Git has. The answer is a JSON list on standard output.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/health"
	"github.com/argoproj/argo-cd/v3/util/lua"
)

func main() {
	if len(os.Args) < 3 {
		log.Fatal("usage: argocd health SCRIPT | compare FLAGS | sync FLAGS")
	}
	var objects []*unstructured.Unstructured
	if err := json.NewDecoder(os.Stdin).Decode(&objects); err != nil {
		log.Fatal(err)
	}
	answer, err := run(os.Args[1], os.Args[2:], objects)
	if err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
		log.Fatal(err)
	}
}

func run(command string, arguments []string, objects []*unstructured.Unstructured) (any, error) {
	if command == "health" {
		return judge(arguments[0], objects)
	}
	var app application
	flags := flag.NewFlagSet(command, flag.ExitOnError)
	file := flags.String("application", "", "file with the Application")
	flags.StringVar(&app.kubeconfig, "kubeconfig", "", "file with the cluster to use")
	flags.StringVar(&app.tracking, "tracking", "annotation", "how objects are marked: annotation, label, annotation+label")
	flags.BoolVar(&app.serverSide, "server-side", false, "compare and apply on the server")
	if err := flags.Parse(arguments); err != nil {
		return nil, err
	}
	if err := app.read(*file); err != nil {
		return nil, err
	}
	switch command {
	case "compare":
		return app.compare(objects)
	case "sync":
		return app.sync(objects)
	}
	return nil, fmt.Errorf("there is no command %s", command)
}

// judge returns the health of each object, with the script as the customization of its kind.
func judge(script string, objects []*unstructured.Unstructured) ([]*health.HealthStatus, error) {
	text, err := os.ReadFile(script)
	if err != nil {
		return nil, err
	}
	answers := make([]*health.HealthStatus, 0, len(objects))
	for _, object := range objects {
		kind := object.GroupVersionKind()
		overrides := lua.ResourceHealthOverrides{kind.Group + "/" + kind.Kind: {HealthLua: string(text)}}
		answer, err := health.GetResourceHealth(object, overrides)
		if err != nil {
			return nil, err
		}
		answers = append(answers, answer)
	}
	return answers, nil
}
