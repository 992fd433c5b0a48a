"""The API server: connection, server-side apply, watches. The only package that imports `kubernetes`. Decides nothing.

Implements the `Cluster` protocol of reconcile/port.py. Start with cluster.py.
"""
