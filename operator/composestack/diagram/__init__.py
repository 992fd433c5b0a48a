"""Pictures of an application: which services there are, what they wait for, mount, join and publish.

Here: the graph of a project and the languages it is written in. What a file or a terminal is does not belong here.
Read graph.py first.
"""
