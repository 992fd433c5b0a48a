// The Kubernetes programs of a real node in one binary, for tests that run containers.
//
// Their modules have the versions of the cluster's programs, so most of what is compiled for those serves here too. The first
// argument says which program to be.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/coredns/coredns/coremain"
	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/template"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

var programs = map[string]func() int{
	"coredns":    func() int { coremain.Run(); return 0 },
	"kube-proxy": func() int { return cli.Run(proxy.NewProxyCommand()) },
	"kubelet":    func() int { return cli.Run(kubelet.NewKubeletCommand(context.Background())) },
}

func main() {
	os.Args = os.Args[1:]
	if len(os.Args) > 0 {
		if program, ok := programs[os.Args[0]]; ok {
			os.Exit(program())
		}
	}
	fmt.Fprintln(os.Stderr, "usage: node coredns|kube-proxy|kubelet [ARGUMENT...]")
	os.Exit(2)
}
