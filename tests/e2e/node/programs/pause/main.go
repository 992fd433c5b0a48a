// The first process of a namespace of processes: it buries the dead, and waits for its own end.
//
// It is what every pod's sandbox runs, and what a node's own namespaces stand and fall with.
package main

import (
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	signal.Ignore(syscall.SIGCHLD) // the kernel then reaps
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	if os.Getenv("EXIT_WITH_PARENT") != "" {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			os.Exit(1)
		}()
	}
	<-stop
}
