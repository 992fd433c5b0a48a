"""Project to Plan: pure and deterministic. Never sees the cluster, the clock or a file.

Start with plan.py for the result and catalog.py for how an attribute finds its translator.
"""
