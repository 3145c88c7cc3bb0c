"""Which filters of operations each state of each kind of element passes: every cell of the table."""

import pytest
from django.conf import settings

from credits.statuses import STATUSES as CREDIT_NOTES
from invoicing.statuses import STATUSES as INVOICES
from payments.incidents import STATES as INCIDENTS
from statements.elements import STATES, Operations, Sort, Type, how_many, is_struck, passing, search_label

# Courantes, à traiter, annulations, incidents, toutes.
TABLE = """
invoice draft            . . . . .
invoice formal           . . x . x
invoice cancelled        . . x . x
invoice bounced          x x . . x
invoice paid             x . . . x
invoice late             x x . . x
invoice part_paid        x x . . x
invoice awaiting         x x . . x
credit_note draft        . . . . .
credit_note cancelled    . . x . x
credit_note to_use       x x . . x
credit_note part_used    x x . . x
credit_note cancels      . . x . x
credit_note used         x . . . x
payment replaced         . . . . .
payment cancelled        . . x . x
payment bounced          . . . . x
payment to_use           x x . . x
payment settled          x . . . x
refund cancelled         . . x . x
refund owed              x x . . x
refund done              x . . . x
incident cancelled       . . x . x
incident open            . x . x x
incident part_settled    . x . x x
incident closed          . . . x x
incident settled         . . . x x
opening cancelled        . . x . x
opening late             x x . . x
opening awaiting         x x . . x
opening to_use           x x . . x
opening settled          x . . . x
write_off cancelled      . . x . x
write_off done           . . . . x
"""
ROWS = [row.split() for row in TABLE.strip().splitlines()]
CELLS = [
    (sort, state, operations, mark == "x")
    for sort, state, *marks in ROWS
    for operations, mark in zip(Operations, marks, strict=True)
]


@pytest.mark.parametrize(("sort", "state", "operations", "shown"), CELLS)
def test_a_state_passes_a_filter_of_operations(sort, state, operations, shown):
    assert (f"{sort}:{state}" in passing(operations)) is shown


def test_no_state_is_missing_from_the_table():
    assert [(sort, state) for sort, state, *_ in ROWS] == [
        (sort.value, state) for sort, states in STATES.items() for state in states
    ]


def test_the_rules_tell_the_same_table():
    text = (settings.BASE_DIR / "docs" / "rules.md").read_text()
    section = text.split("### The financial tab")[1].split("\n### ")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in section.splitlines() if line.startswith("|")]

    assert rows[2:] == [
        [sort.label, state.label, *("✓" if shown else "" for _, shown in state.cells)]
        for sort, states in STATES.items()
        for state in states.values()
    ]


def test_states_have_the_same_words_as_everywhere():
    for states, words in (
        (STATES[Sort.INVOICE], INVOICES),
        (STATES[Sort.CREDIT_NOTE], CREDIT_NOTES),
        (STATES[Sort.INCIDENT], INCIDENTS),
    ):
        assert {code: states[code].label for code in words} == dict(words)


def test_what_is_cancelled_or_bounced_is_struck_through_but_an_invoice_in_incident_is_not():
    assert is_struck("invoice", "cancelled")
    assert is_struck("payment", "bounced")
    assert not is_struck("invoice", "bounced")
    assert not is_struck("payment", "settled")


def test_the_search_is_named_after_the_type_or_after_no_one_of_several():
    assert search_label([Type.INVOICE]) == "Rechercher dans une facture"
    assert search_label(["avoir"]) == "Rechercher dans un avoir"
    assert search_label([Type.INVOICE, Type.CREDIT_NOTE]) == "Rechercher dans ces éléments"


def test_elements_are_counted_in_words():
    assert how_many(0, Type.CREDIT_NOTE) == "0 avoir"
    assert how_many(1, Type.INVOICE) == "1 facture"
    assert how_many(2, Type.PAYMENT) == "2 paiements"


def test_filters_of_operations_have_short_names_for_the_table():
    assert [one.short for one in Operations] == ["Courantes", "À traiter", "Annulations", "Incidents", "Toutes"]
