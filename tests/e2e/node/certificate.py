"""The certificate of an API server that pods reach too."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.e2e.node.sandbox import ADDRESS

NAMES = ("localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc")
ADDRESSES = ("127.0.0.1", ADDRESS, "10.96.0.1")
"""The last one is of the Service `kubernetes`: the first of the range of Services."""


def write_certificate(credentials: Path) -> None:
    """Write server.crt and server.key, and ca.crt with the same certificate: it is its own authority."""
    subject = ",".join((*(f"DNS:{name}" for name in NAMES), *(f"IP:{address}" for address in ADDRESSES)))
    certificate = credentials / "server.crt"
    kind = ["-x509", "-days=3650", "-subj=/CN=kube-apiserver", "-newkey=ec", "-pkeyopt=ec_paramgen_curve:P-256"]
    extensions = [f"-addext=subjectAltName={subject}", "-addext=keyUsage=critical,digitalSignature,keyCertSign"]
    files = ["-noenc", f"-keyout={credentials / 'server.key'}", f"-out={certificate}"]
    words = [word for flag in (*kind, *extensions, *files) for word in flag.split("=", 1)]
    subprocess.run(["openssl", "req", *words], check=True, capture_output=True)
    shutil.copyfile(certificate, credentials / "ca.crt")
