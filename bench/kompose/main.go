// kompose as it is released, built from its Go module.
package main

import (
	"fmt"
	"os"

	"github.com/kubernetes/kompose/cmd"
)

func main() {
	if err := cmd.Execute(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
