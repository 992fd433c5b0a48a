"""ComposeStack: runs Docker Compose applications on Kubernetes."""
