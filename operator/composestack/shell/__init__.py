"""The process: kopf handlers, the work queue, settings, probes. The only package that imports `kopf`. Start with main.py."""
