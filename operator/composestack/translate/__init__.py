"""Project to Plan: pure and deterministic. Never sees the cluster, the clock or a file.

Start with plan.py for the steps and planned.py for the result. catalog.py says how an attribute finds its translator in
concerns/, unsupported.py what has none; stack.py holds what a translator may ask about the rest of the stack.
"""
