"""What all tests share: the folder of shared material, or a skip that says where it should be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

sys.path.insert(0, str(Path(__file__).parent))
settings.register_profile(
    "docpipe", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("docpipe")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder `shared` beside the project."""
    if not SHARED.is_dir():
        pytest.skip("the folder 'shared' is not beside the project")
    return SHARED
