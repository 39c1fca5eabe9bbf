"""Executions that put nothing off: the errors of a document that fails depend on the order of its objects."""

import pytest

from execution import pace
from tests.wire import DEADLINE


@pytest.fixture(autouse=True)
def in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let graphql-core execute in one go."""
    monkeypatch.setattr(pace, "SLICE", DEADLINE)
