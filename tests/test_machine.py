"""Random acts of a desk, done in Solde and in a simple model, and all that both say compared after each.

The model (tests/machine/books.py, sales.py, notes.py, money.py) is what docs/rules.md says, in plain Python;
the acts are the rules of tests/machine/batching.py and of what it builds on. The suite runs a short round. A
long one, over both cores:

    MACHINE_RUNS=1000 .venv/bin/pytest -n 2 tests/test_machine.py

MACHINE_SEED tells where the seeds of its rounds of 25 runs begin (by default at 1).
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.batching import Batching

SHORT = settings(
    max_examples=15,
    stateful_step_count=30,
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
LONG = settings(SHORT, max_examples=25, stateful_step_count=50)
ROUNDS = int(os.environ.get("MACHINE_RUNS", "0")) // LONG.max_examples
FIRST = int(os.environ.get("MACHINE_SEED", "1"))


@pytest.mark.long
@pytest.mark.parametrize("number", range(FIRST, FIRST + ROUNDS) or ["short"])
def test_random_acts_agree_with_the_model(own_database, number):
    @seed(number)
    class Machine(Batching):
        pass

    run_state_machine_as_test(Machine, settings=LONG if ROUNDS else SHORT)
