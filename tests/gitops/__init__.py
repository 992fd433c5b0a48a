"""Argo CD and Flux themselves, built from their Go modules, at work on stacks.

programs/ is one Go module for all: a program of our own around the code of Argo CD, and, as its tools, the controllers
of Flux as they are. So they share what they depend on, and most of it is compiled once. Each is built once for each
version of the module (see tests/cluster/build.py), beside the tests that do not need it. To read first: argocd.py and
flux.py, which run them.
"""
