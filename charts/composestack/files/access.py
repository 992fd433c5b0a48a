"""`helm test`: can a pod with the operator's account list the ComposeStacks, where the operator serves them?"""

import os
import ssl
import urllib.request
from pathlib import Path

account = Path(os.environ.get("SERVICE_ACCOUNT", "/var/run/secrets/kubernetes.io/serviceaccount"))
host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
server = f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"
context = ssl.create_default_context(cafile=account / "ca.crt")
headers = {"Authorization": f"Bearer {(account / 'token').read_text()}"}

for namespace in os.environ["COMPOSESTACK_NAMESPACES"].split(","):
    scope = f"/namespaces/{namespace}" if namespace else ""
    url = f"{server}/apis/composestack.io/v1alpha1{scope}/composestacks?limit=1"
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), context=context, timeout=30) as answer:
        print(namespace or "all namespaces", answer.status)
