"""A plugin of pytest, for whoever asks for this lane by `make e2e`: a test that cannot run has failed.

pytest -p tests.e2e.required tests/e2e
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    """Turn what was skipped into a failure, with the same reason."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        _, _, reason = report.longrepr
        report.outcome, report.longrepr = "failed", f"may not be skipped here. {reason}"
    return report
