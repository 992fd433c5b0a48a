"""One file for each Kubernetes concern: small functions, each for the attributes that it declares with `@translates`.

Concerns do not import each other: what two of them need belongs into `Stack` or `objects/`. A new file is added to
translators.py.
"""
