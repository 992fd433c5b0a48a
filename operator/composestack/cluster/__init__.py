"""The API server: connection, server-side apply, watches. The only package that imports `kubernetes`. No decision is made here.

Implements the `Cluster` protocol of reconcile/port.py. Start with client.py.
"""
