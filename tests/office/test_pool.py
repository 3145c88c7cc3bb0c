"""Work on all cores: in order, with what goes wrong told, and nothing left running."""

import os
from multiprocessing import active_children

import pytest

from office.pool import batches, processes


def test_things_come_in_their_order_however_many_there_are():
    with processes(2) as each:
        found = list(each(abs, range(-30, 0)))
        none = list(each(abs, []))

    assert (found, none) == (list(range(30, 0, -1)), [])
    assert active_children() == []


def test_others_take_the_place_of_processes_that_did_their_share(monkeypatch):
    monkeypatch.setattr("office.pool.LASTS", 3)
    with processes(1) as each:
        who = [*each(os.readlink, ["/proc/self"] * 2), *each(os.readlink, ["/proc/self"] * 5)]
        one, two, three = who[:3], who[3:6], who[6:]

    assert [len(set(some)) for some in (one, two, three)] == [1, 1, 1]
    assert len(set(who)) == 3
    assert active_children() == []


def test_what_goes_wrong_with_one_is_raised_in_its_turn():
    with processes(1) as each:
        come = each(int, ["1", "x", "3"])

        assert next(come) == 1
        with pytest.raises(ValueError, match="'x'"):
            next(come)


def test_things_come_in_lists_of_a_size():
    assert list(batches(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(batches([], 2)) == []
