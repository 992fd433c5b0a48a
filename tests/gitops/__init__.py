"""Argo CD and Flux themselves, built from their Go modules, at work on stacks.

argocd/ is a program of our own around the code of Argo CD; flux/ names the controllers of Flux. Both are built once for
each version of their sources (see tests/cluster/build.py). To read first: argocd.py and flux.py, which run them.
"""
