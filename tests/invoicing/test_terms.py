"""Terms: due dates at months' ends, and instalments that add up."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.terms import Terms
from invoicing.terms import (
    MOST_INSTALMENTS,
    Due,
    DueBeforeDocument,
    InstalmentNotPositive,
    InstalmentsOutOfRange,
    InstalmentTooFine,
    NothingToSchedule,
    ScheduleOffTotal,
    StartsBeforeDocument,
    add_months,
    due_day,
    free_schedule,
    month_end,
    schedule,
)
from office.amounts import TooManyParts

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
HUNDRED = Decimal("100.00")


def day(text):
    return date(*(int(part) for part in reversed(text.split("/"))))


def dues(*pairs):
    return [Due(day(when), Decimal(amount)) for when, amount in pairs]


# One due date


@pytest.mark.parametrize(
    ("terms", "on", "due"),
    [
        (Terms.RECEIPT, "15/01/2025", "15/01/2025"),
        (Terms.DAYS_30, "15/01/2025", "14/02/2025"),
        (Terms.DAYS_30, "30/01/2024", "29/02/2024"),
        (Terms.DAYS_30_MONTH_END, "15/01/2025", "28/02/2025"),
        (Terms.DAYS_30_MONTH_END, "31/01/2025", "31/03/2025"),
        (Terms.DAYS_30_MONTH_END, "01/01/2025", "31/01/2025"),
        (Terms.DAYS_45_MONTH_END, "13/09/2021", "31/10/2021"),
        (Terms.DAYS_45_MONTH_END, "20/12/2025", "28/02/2026"),
        (Terms.MONTH_END_DAYS_45, "13/09/2021", "14/11/2021"),
        (Terms.MONTH_END_DAYS_45, "30/09/2021", "14/11/2021"),
        (Terms.MONTH, "31/01/2025", "28/02/2025"),
        (Terms.MONTH, "31/01/2024", "29/02/2024"),
        (Terms.MONTH, "30/11/2025", "30/12/2025"),
        (Terms.MONTH, "15/12/2025", "15/01/2026"),
        (Terms.MONTH_MONTH_END, "30/06/2025", "31/07/2025"),
        (Terms.MONTH_MONTH_END, "28/02/2025", "31/03/2025"),
        (Terms.MONTH_MONTH_END, "31/01/2025", "28/02/2025"),
        (Terms.MONTH_MONTH_END, "01/12/2025", "31/01/2026"),
    ],
)
def test_due_dates(terms, on, due):
    assert schedule(terms, HUNDRED, day(on)) == dues((due, "100"))


@pytest.mark.parametrize("terms", [Terms.INSTALMENTS, Terms.FREE])
def test_terms_of_several_instalments_have_no_single_due_day(terms):
    with pytest.raises(KeyError):
        due_day(terms, date(2025, 1, 15))


@given(on=DAYS)
def test_nothing_is_due_before_its_document(on):
    single = [terms for terms in Terms if terms not in (Terms.INSTALMENTS, Terms.FREE)]

    assert min(due_day(terms, on) for terms in single) == on
    for terms in (Terms.DAYS_30_MONTH_END, Terms.DAYS_45_MONTH_END, Terms.MONTH_MONTH_END):
        assert due_day(terms, on) == month_end(due_day(terms, on))


def test_terms_in_words():
    assert Terms.labels == [
        "À réception",
        "30 jours",
        "30 jours fin de mois",
        "45 jours fin de mois",
        "Fin de mois + 45 jours",
        "1 mois",
        "1 mois fin de mois",
        "En plusieurs fois, chaque mois",
        "Échéancier libre",
    ]


def test_terms_take_their_stored_code():
    assert schedule(Terms("month"), HUNDRED, day("31/01/2025")) == dues(("28/02/2025", "100"))


# Instalments


def test_each_instalment_is_counted_from_the_first():
    planned = schedule(Terms.INSTALMENTS, HUNDRED, day("31/01/2025"), count=3)

    assert planned == dues(("31/01/2025", "33.33"), ("28/02/2025", "33.33"), ("31/03/2025", "33.34"))


def test_the_first_instalment_may_be_later_than_the_document():
    planned = schedule(Terms.INSTALMENTS, Decimal("1889.52"), day("10/12/2025"), count=3, first=day("30/12/2025"))

    assert planned == dues(("30/12/2025", "629.84"), ("30/01/2026", "629.84"), ("28/02/2026", "629.84"))


def test_one_instalment_is_the_whole():
    assert schedule(Terms.INSTALMENTS, HUNDRED, day("31/01/2025")) == dues(("31/01/2025", "100"))


def test_two_cents_are_not_due_in_three():
    with pytest.raises(TooManyParts, match="0,02 ne se partage pas en 3"):
        schedule(Terms.INSTALMENTS, Decimal("0.02"), day("31/01/2025"), count=3)


@pytest.mark.parametrize("count", [-1, 0, MOST_INSTALMENTS + 1, 10**9])
def test_a_number_of_instalments_out_of_range_is_refused(count):
    with pytest.raises(InstalmentsOutOfRange) as refusal:
        schedule(Terms.INSTALMENTS, HUNDRED, day("31/01/2025"), count=count)

    assert refusal.value.field == "count"
    assert refusal.value.message == f"Il faut de 1 à 120 échéances, pas {count}."


def test_a_first_instalment_before_the_document_is_refused():
    with pytest.raises(StartsBeforeDocument) as refusal:
        schedule(Terms.INSTALMENTS, HUNDRED, day("31/01/2025"), count=2, first=day("30/01/2025"))

    assert refusal.value.field == "first"
    assert refusal.value.message == ("La première échéance (30/01/2025) est avant la date de la pièce (31/01/2025).")


@pytest.mark.parametrize("terms", [Terms.RECEIPT, Terms.INSTALMENTS])
@pytest.mark.parametrize(("total", "text"), [("0.00", "0,00"), ("-5.00", "\u22125,00")])
def test_a_total_of_nothing_or_less_has_no_instalment(terms, total, text):
    with pytest.raises(NothingToSchedule) as refusal:
        schedule(terms, Decimal(total), day("31/01/2025"))

    assert refusal.value.message == f"Un total de {text} n’a pas d’échéance."


@given(units=st.integers(MOST_INSTALMENTS, 10**9), count=st.integers(1, MOST_INSTALMENTS), first=DAYS)
def test_instalments_add_up_a_month_apart(units, count, first):
    total = Decimal(units).scaleb(-2)

    planned = schedule(Terms.INSTALMENTS, total, first, count=count)

    assert sum(due.amount for due in planned) == total
    assert min(due.amount for due in planned) > 0
    months = [due.day.year * 12 + due.day.month for due in planned]
    assert months == list(range(months[0], months[0] + count))
    assert all(due.day.day == min(first.day, month_end(due.day).day) for due in planned)


@given(start=DAYS, count=st.integers(-60, 60))
def test_months_are_added_and_taken_away(start, count):
    reached = add_months(start, count)

    assert (reached.year - start.year) * 12 + reached.month - start.month == count
    assert reached.day in (start.day, month_end(reached).day)


# Free schedules


def test_a_free_schedule_is_sorted_by_due_date():
    typed = dues(("28/02/2025", "60"), ("31/01/2025", "30"), ("31/01/2025", "10"))

    planned = free_schedule(HUNDRED, typed, day("15/01/2025"))

    assert planned == dues(("31/01/2025", "30"), ("31/01/2025", "10"), ("28/02/2025", "60"))


def test_a_free_schedule_may_begin_on_the_documents_day():
    assert free_schedule(HUNDRED, [(day("15/01/2025"), HUNDRED)], day("15/01/2025")) == dues(("15/01/2025", "100"))


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ([], "Les échéances font 0,00 pour un total de 100,00\u00a0: il manque 100,00."),
        (["60", "30.50"], "Les échéances font 90,50 pour un total de 100,00\u00a0: il manque 9,50."),
        (["60", "40.01"], "Les échéances font 100,01 pour un total de 100,00\u00a0: 0,01 de trop."),
    ],
)
def test_a_free_schedule_that_does_not_add_up_is_refused_with_the_difference(typed, message):
    with pytest.raises(ScheduleOffTotal) as refusal:
        free_schedule(HUNDRED, [(day("31/01/2025"), Decimal(amount)) for amount in typed], day("15/01/2025"))

    assert refusal.value.field == "schedule"
    assert refusal.value.message == message


@pytest.mark.parametrize(("amount", "text"), [("0", "0,00"), ("-10", "\u221210,00")])
def test_an_instalment_of_nothing_or_less_is_refused(amount, text):
    with pytest.raises(InstalmentNotPositive) as refusal:
        free_schedule(HUNDRED, dues(("31/01/2025", "100"), ("28/02/2025", amount)), day("15/01/2025"))

    assert refusal.value.rank == 2
    assert refusal.value.message == f"L’échéance 2 ({text}) doit être d’un montant positif."


def test_an_instalment_with_a_fraction_of_a_cent_is_refused():
    with pytest.raises(InstalmentTooFine) as refusal:
        free_schedule(HUNDRED, dues(("31/01/2025", "33.335"), ("28/02/2025", "66.665")), day("15/01/2025"))

    assert refusal.value.message == "L’échéance 1 (33,335) a plus de 2 décimales."


def test_an_instalment_due_before_the_document_is_refused():
    with pytest.raises(DueBeforeDocument) as refusal:
        free_schedule(HUNDRED, dues(("31/01/2025", "50"), ("14/01/2025", "50")), day("15/01/2025"))

    assert refusal.value.message == ("L’échéance 2 (14/01/2025) est avant la date de la pièce (15/01/2025).")


def test_a_free_schedule_of_nothing_is_refused():
    with pytest.raises(NothingToSchedule):
        free_schedule(Decimal("0.00"), [], day("15/01/2025"))
