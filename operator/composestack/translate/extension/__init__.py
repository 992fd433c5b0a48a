"""The extension `x-kubernetes`: what only Kubernetes has, written into the Compose document.

Here: the shape of each block, one file a subject, and how a block is read (settings.py). What a setting does is a
concern's business. Read settings.py first, then service.py.
"""
