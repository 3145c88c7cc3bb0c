from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command

from demo.bench import SUBJECTS, TEXTS
from demo.examples import Desk, play
from office.clock import today
from office.models import Role
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def told(*subjects: str) -> list[str]:
    out = StringIO()
    call_command("bench", *subjects, times=1, stdout=out)
    return out.getvalue().splitlines()


def test_each_page_has_a_line_with_its_medians():
    play(Desk(), today(), ["EX-SOLDE", "EX-RELEVE"])
    UserFactory(role=Role.ADMINISTRATOR)

    lines = told()

    assert len(lines) == 1 + 2 + 5 + len(TEXTS)
    assert lines[1].startswith("sheet of EX-")
    assert all(len(line[32:].split()) == 5 for line in lines[1:8])
    assert Session.objects.count() == 0


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_can_be_measured_alone(subject):
    play(Desk(), today(), ["EX-SOLDE"])
    UserFactory(role=Role.ADMINISTRATOR)

    assert len(told(subject)) == 1 + len(SUBJECTS[subject]())


def test_an_empty_installation_is_told():
    UserFactory(role=Role.ADMINISTRATOR)

    with pytest.raises(CommandError, match="Rien à mesurer"):
        told("sheet")


def test_without_an_administrator_nothing_is_measured():
    with pytest.raises(CommandError, match="administrateur"):
        told("list")
