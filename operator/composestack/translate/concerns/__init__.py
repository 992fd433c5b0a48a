"""One file for each Kubernetes concern, made of small functions, each for the Compose attributes that it declares with
`@translates`.

Concerns do not import each other. What two of them need belongs into `Scope` or `objects/`.
"""
