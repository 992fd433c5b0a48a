"""Build Argo CD's and Flux's programs, or those of them that are named: `python -m tests.gitops argocd flux`.

It takes only the time that other programs leave: the tests that run meanwhile shall not wait for it.
"""

from __future__ import annotations

import os
import sys

from tests.gitops import argocd, flux

BUILDS = {"argocd": argocd.build, "flux": flux.build}

if __name__ == "__main__":
    os.nice(10)
    for name in sys.argv[1:] or BUILDS:
        BUILDS[name]()
