"""ComposeStack: runs Docker Compose applications on Kubernetes."""

__version__ = "0.1.0"
