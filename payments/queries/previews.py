"""Entries as a page shows them before they are posted."""

from decimal import Decimal

from ledger.models import GeneralAccount

EntryLine = tuple[GeneralAccount, Decimal | None, Decimal | None]  # an account, and its debit or credit


def preview_lines(*, debit: str, credit: str, amount: Decimal) -> list[EntryLine]:
    """An entry of two lines, by their accounts' numbers, which the chart names."""
    chart = GeneralAccount.objects.in_bulk([debit, credit])
    return [(chart[debit], amount, None), (chart[credit], None, amount)]
