"""A real Kubernetes of one's own, for the tests and the demo.

etcd, API server, controllers, scheduler, and nodes that are played. The programs are built from their Go modules into
one binary (binaries/, cached by build.py). A cluster lives on 127.0.0.1 and keeps all its state in one directory;
several run side by side. It starts in seconds: `python -m tests.cluster start`.

What is real and what is not:

- API server, RBAC, admission, audit log, garbage collection, Deployments, Jobs, scheduling: Kubernetes itself.
- Nodes and pods: KWOK marks a scheduled pod Ready, completes the pods of Jobs, and deletes. No container runs, no image
  is pulled.
- Claims bind at once through binaries/provisioner.go (StorageClass `standard`, the default), or when a pod needs
  them (class `standard-wait`). It makes a directory a claim in the state directory, expands claims, and honours
  the reclaim policy.

To read first: cluster.py (what starts in which order), then plugin.py (the fixtures).
"""
