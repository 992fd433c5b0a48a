"""The labels and annotations that the operator puts on what it creates.

Selectors use STACK and SERVICE only: label selectors of workloads are immutable, so nothing that can change may be in them.
"""

from __future__ import annotations

GROUP = "composestack.io"
STACK = f"{GROUP}/stack"
SERVICE = f"{GROUP}/service"
DIGEST = f"{GROUP}/digest"
"""Annotation: digest of the manifest as it was meant, so that drift is seen without a read (see digest.py)."""
