from collections.abc import Iterator

import pytest

from simulation.sqlite_speed import run_inline


@pytest.fixture(scope="module", autouse=True)
def statements_in_this_thread() -> Iterator[None]:
    """Run the statements of SQLite in the thread of the tests: switching threads took a third of their time."""
    with run_inline():
        yield
