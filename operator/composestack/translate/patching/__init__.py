"""`spec.patches`: the last resort, for what neither Compose nor `x-kubernetes` can say.

Patches change finished manifests, as those of kustomize do. Here: how a patch is read and finds its objects
(patches.py), the two languages (strategic_merge.py, json_patch.py), and what no patch may touch (identity.py). What the
result may do is the business of pod_security.py. Read patches.py first.
"""
