"""The Compose front end: text in a virtual project directory in, a frozen `Project` in canonical form out.

No Kubernetes word here, no I/O, no clock, no process environment. Start with load.py, which names the passes in their
order.
"""
