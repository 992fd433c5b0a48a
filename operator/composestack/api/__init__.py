"""The ComposeStack resource as pydantic models, its conditions and the public vocabulary of reasons.

Knows nothing of Compose, translation or clusters. Start with v1alpha1/; crd.py turns it into the
CustomResourceDefinition.
"""
