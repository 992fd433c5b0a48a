"""The labels of kompose, read as if they stood in `x-kubernetes`: for those who come from there.

Here: what each label says, one file a subject, as rows of a table (label.py has the form of a row and the readers of
values). migration.py reads a service by all tables. Source: kompose, user guide, "Labels".
"""
