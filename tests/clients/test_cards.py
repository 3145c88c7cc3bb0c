"""What the four amounts say in words and colour."""

from datetime import date
from decimal import Decimal

import pytest
from djmoney.money import Money

from clients.cards import cards
from clients.queries import Waiting
from ledger.balance import Balance

NOTHING_WAITS = Waiting(visits=0, credit_notes=0, openings=0, overpayments=0, begun=0)


def balance(*, to_invoice: str = "0", invoiced: str = "0", credit: str = "0") -> Balance:
    zero = Money(0, "EUR")
    return Balance(
        on=date(2026, 1, 31),
        walk_in=False,
        to_invoice=Money(to_invoice, "EUR"),
        unpaid_invoices=Money(invoiced, "EUR"),
        credit=Money(credit, "EUR"),
        overdue=zero,
        invoiced=zero,
        collected=zero,
        to_pay=zero,
        to_use=zero,
    )


ALL = frozenset({"balance", "unpaid", "to_invoice", "credit"})


def shown(of: Balance, waiting: Waiting = NOTHING_WAITS, which=ALL) -> list[tuple[str, Decimal, str, str]]:
    return [(card.label, card.amount.amount, card.state, card.hint) for card in cards(of, waiting, str, which)]


def test_a_client_who_owes():
    assert shown(
        balance(to_invoice="31", invoiced="50", credit="20"),
        Waiting(visits=1, credit_notes=1, openings=0, overpayments=0, begun=1),
    ) == [
        ("Solde client", Decimal(-30), "owed", "le client doit 30,00\u00a0€"),
        ("Montant d’impayés", Decimal(81), "owed", "50,00\u00a0€ facturés, 31,00\u00a0€ à facturer"),
        ("Montant à facturer", Decimal(31), "neutral", "1 visite"),
        ("Montant d’avoir disponible", Decimal(20), "credit", "1 avoir, utilisé en partie"),
    ]


def test_a_client_with_something_to_spend():
    assert shown(balance(credit="20"), Waiting(visits=0, credit_notes=0, openings=0, overpayments=1, begun=0)) == [
        ("Solde client", Decimal(20), "credit", "le client a 20,00\u00a0€ à dépenser"),
        ("Montant d’impayés", Decimal(0), "neutral", "rien à régler"),
        ("Montant à facturer", Decimal(0), "neutral", "aucune visite en attente"),
        ("Montant d’avoir disponible", Decimal(20), "credit", "1 trop-perçu"),
    ]


def test_a_client_without_operations_is_even_and_green():
    assert shown(balance()) == [
        ("Solde client", Decimal(0), "even", "le client est à l’équilibre"),
        ("Montant d’impayés", Decimal(0), "neutral", "rien à régler"),
        ("Montant à facturer", Decimal(0), "neutral", "aucune visite en attente"),
        ("Montant d’avoir disponible", Decimal(0), "neutral", "rien à utiliser"),
    ]


def test_a_debt_and_a_credit_of_the_same_amount_are_even():
    assert shown(balance(invoiced="50", credit="50"))[0][2:] == ("even", "le client est à l’équilibre")


def test_what_is_only_to_invoice_is_no_debt_of_the_balance_yet():
    solde, unpaid, *_ = shown(balance(to_invoice="31"))

    assert solde[1:3] == (Decimal(0), "even")
    assert unpaid == ("Montant d’impayés", Decimal(31), "owed", "31,00\u00a0€ à facturer")


@pytest.mark.parametrize(
    ("waiting", "hint"),
    [
        (Waiting(0, 2, 0, 0, 0), "2 avoirs"),
        (Waiting(0, 2, 0, 0, 1), "2 avoirs, dont 1 utilisé en partie"),
        (Waiting(0, 2, 0, 1, 2), "2 avoirs et 1 trop-perçu, dont 2 utilisés en partie"),
        (Waiting(0, 1, 1, 2, 0), "1 avoir, 1 solde à nouveau et 2 trop-perçus"),
        (Waiting(0, 0, 1, 0, 1), "1 solde à nouveau, utilisé en partie"),
    ],
)
def test_the_sorts_of_credit_are_counted_apart(waiting, hint):
    assert shown(balance(credit="50"), waiting)[3][3] == hint


def test_visits_are_counted():
    assert shown(balance(to_invoice="62"), Waiting(2, 0, 0, 0, 0))[2][3] == "2 visites"


@pytest.mark.parametrize("hidden", ["balance", "unpaid", "to_invoice"])
def test_a_hidden_amount_is_told_by_no_card(hidden):
    of = balance(to_invoice="31", invoiced="50", credit="20")
    told = {"balance": "30,00", "unpaid": "81,00", "to_invoice": "31,00"}[hidden]

    cards = shown(of, Waiting(1, 1, 0, 0, 0), ALL - {hidden})

    assert len(cards) == 3
    assert told not in " ".join(hint for *_, hint in cards)


def test_the_credit_alone_is_shown_where_all_else_is_hidden():
    assert [label for label, *_ in shown(balance(credit="20"), which={"credit"})] == ["Montant d’avoir disponible"]
