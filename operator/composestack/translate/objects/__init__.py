"""One file for each kind of Kubernetes object: puts the concerns' contributions together to manifests."""
