"""The process: kopf handlers, queue, settings, probes. The only package that imports `kopf`. Start with main.py."""
