"""A short round of the trial that kills servers under desks at work; tests/killing.py runs as many as one likes."""

import pytest

from tests.killing import trial


@pytest.mark.long
def test_nothing_acknowledged_is_lost_or_there_twice_when_servers_are_killed(open_path):
    assert trial(web=2, postgres=1, var=str(open_path / "var")) == []
