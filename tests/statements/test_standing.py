"""How a client stands, in one sentence."""

from datetime import date

import pytest
from djmoney.money import Money

from ledger.balance import Balance
from statements.standing import Alert, standing


def balance(to_pay: str = "0.00", overdue: str = "0.00", to_use: str = "0.00") -> Balance:
    amounts = {"to_pay": to_pay, "overdue": overdue, "to_use": to_use}
    others = dict.fromkeys(("to_invoice", "unpaid_invoices", "credit", "invoiced", "collected"), "0.00")
    figures = {name: Money(amount, "EUR") for name, amount in (amounts | others).items()}
    return Balance(on=date(2026, 3, 2), walk_in=False, **figures)


@pytest.mark.parametrize(
    ("found", "incidents", "said"),
    [
        (balance(), 0, "Tout va bien."),
        (balance("100.00"), 0, "Doit 100,00 €."),
        (balance("14.00", "14.00"), 0, "Doit 14,00 € dont 14,00 € en retard."),
        (balance("14.00", "19.00"), 0, "Doit 14,00 € et a 19,00 € en retard."),
        (balance(overdue="19.00", to_use="31.00"), 0, "A 19,00 € en retard et dispose de 31,00 € à utiliser."),
        (balance(to_use="31.00"), 0, "Dispose de 31,00 € à utiliser."),
        (balance(), 1, "A un incident en cours."),
        (balance("95.00", "80.00"), 2, "Doit 95,00 € dont 80,00 € en retard et a 2 incidents en cours."),
        (
            balance("30.00", to_use="50.00"),
            1,
            "Doit 30,00 €, a un incident en cours et dispose de 50,00 € à utiliser.",
        ),
    ],
)
def test_what_holds_together_is_said_together(found, incidents, said):
    assert standing(found, incidents).replace("\u00a0", " ") == said


def test_an_alert_counts_its_incidents():
    one, two = (Alert("late", [("INC-000001", "/")] * number) for number in (1, 2))

    assert one.text.startswith("1 incident est partiellement régularisé\u00a0:")
    assert two.text.startswith("2 incidents sont partiellement régularisés\u00a0:")
