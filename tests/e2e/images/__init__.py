"""Container images made on the spot: from Debian packages, from busybox, and from small programs of ours.

No registry is asked and no engine needed. They bear the names that Compose files use for the real ones, and do what
those do as far as the tests look.
"""
