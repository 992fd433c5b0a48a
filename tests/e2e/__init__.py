"""Stacks that really run: containers on a real node, with Docker's behaviour as the expectation.

The lane has a command of its own, `make e2e`, and needs root on a Linux machine; what is missing stands in the reason
of the skip. Nothing outside of the node's directory and namespaces is touched, and nothing is left when it stops.

To read first: node/ (how a node comes to be), images/ (what it runs), conftest.py (the fixtures).
"""
