"""What to do about the difference between plan and cluster. Decisions are pure; reconciler.py is the one async function
that calls the port.

Start with port.py (what a cluster is to us), then reconciler.py.
"""
