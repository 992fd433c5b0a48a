"""`helm test`: can a pod with the operator's account list the ComposeStacks, where the operator serves them?"""

import os
import ssl
import sys
from http.client import HTTPSConnection
from pathlib import Path

account = Path(os.environ.get("SERVICE_ACCOUNT", "/var/run/secrets/kubernetes.io/serviceaccount"))
host, port = os.environ["KUBERNETES_SERVICE_HOST"], int(os.environ["KUBERNETES_SERVICE_PORT"])
context = ssl.create_default_context(cafile=account / "ca.crt")
headers = {"Authorization": f"Bearer {(account / 'token').read_text()}"}

for namespace in os.environ["COMPOSESTACK_NAMESPACES"].split(","):
    scope = f"/namespaces/{namespace}" if namespace else ""
    connection = HTTPSConnection(host, port, context=context, timeout=30)
    connection.request("GET", f"/apis/composestack.io/v1alpha1{scope}/composestacks?limit=1", headers=headers)
    answer = connection.getresponse()
    sys.stdout.write(f"{namespace or 'all namespaces'}: {answer.status} {answer.reason}\n")
    if answer.status != 200:
        sys.exit(answer.read().decode())
