"""Bank transactions, and what is done with them, as the tests of them speak of it."""

from datetime import date, timedelta
from decimal import Decimal

from ledger.models import BankAccount, Operation
from office.models import DatedSetting
from payments.models import BankLink, PaymentType
from payments.services import (
    add_transaction,
    link_client,
    link_documents,
    unlink,
)
from tests.builders import wanted
from tests.factories import op

DAY = date(2026, 3, 2)
LATER = DAY + timedelta(days=10)
IBAN = "FR7630006000011234567890189"


def a_bank():
    return BankAccount.objects.get_or_create(iban=IBAN, defaults={"label": "Courant", "account_id": "512"})[0]


def a_line(amount, label="VIR SEPA", day=DAY, **said):
    """A bank transaction."""
    values = {"value_day": day, "reference": "", "label": label} | said
    act = op(max(day, DAY), Operation.Kind.BANK_LINE)
    return add_transaction(bank=a_bank(), day=day, amount=Decimal(amount), op=act, **values)


def link(line, client, settles=None, *, today=DAY, by="transfer", **options):
    return link_client(
        line=line,
        client=client,
        type=PaymentType.objects.get(pk=by),
        settles=wanted(settles or {}),
        op=op(today, Operation.Kind.BANK_LINK),
        **options,
    )


def point(line, *filed, today=DAY):
    documents = [one.document_id for one in filed]
    return link_documents(line=line, documents=documents, op=op(today, Operation.Kind.BANK_LINK))


def free(line, today=DAY):
    return unlink(line=line, op=op(today, Operation.Kind.BANK_UNLINK))


def live(line):
    return list(BankLink.objects.filter(transaction=line, undone_by=None).order_by("pk"))


def limit(amount):
    DatedSetting.objects.create(name="payment.difference_limit", valid_from="2020-01-01", value=amount)
