"""What holds after every trial, whatever it did."""

from collections.abc import Iterator

import pytest

from ledger import verify
from tests.helpers import settle


@pytest.fixture
def sound_ledger(db: None) -> Iterator[None]:
    """After the test everything is sealed as a commit would, and `verify_ledger` finds nothing."""
    yield
    settle()
    assert [str(fault) for fault in verify.faults()] == []
