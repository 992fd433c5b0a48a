"""Compose documents by a grammar, and compose-go to load them: what test_differential.py compares this loader with.

reference.py runs the Go program of this directory; written.py writes YAML; values.py, forms.py, attributes.py
and projects.py have the grammar, from scalars up to applications of several files.
"""
