"""The rounds of statements, what one made, and the statements of one client."""

from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django_filters import ChoiceFilter

from clients.models import Client
from clients.tables import AMOUNT, mail_badge
from office.addresses import url_of
from office.filters import ListFilter
from office.models import User
from office.templatetags.ui import badge, day
from statements.models import Statement
from statements.paper import who_owes

OUTCOMES = {
    Statement.Outcome.PENDING: ("neutral", "clock"),
    Statement.Outcome.MADE: ("credit", ""),
    Statement.Outcome.SKIPPED: ("late", ""),
}


class StatementFilter(ListFilter):
    """What a round made, by its result."""

    outcome = ChoiceFilter(label="Résultat", choices=Statement.Outcome.choices, empty_label="Tous")
    handed = ChoiceFilter(
        label="Remise au client",
        choices=[("email", "Par e-mail"), ("papier", "Imprimés"), ("pas-envoyes", "Sans adresse, pas envoyés")],
        empty_label="Toutes",
        method="filter_handed",
    )

    class Meta:
        model = Statement
        fields: list[str] = []

    def filter_handed(self, rows: QuerySet[Statement], _: str, how: str) -> QuerySet[Statement]:
        if how == "email":
            return rows.filter(mail__isnull=False)
        return rows.filter(printed_at__isnull=False) if how == "papier" else rows.exclude(unsent="")


class StatementTable(tables.Table):
    """The statements of a round, those made and those left, by client. Needs rows of `statements_of`."""

    client = tables.Column("Client", attrs={"td": {"class": "table__party"}})
    outcome = tables.Column("Résultat")
    number = tables.Column("Relevé", accessor="pk", attrs={"td": {"class": "table__code"}})
    final = tables.Column("Solde final", attrs={"td": {"class": "table__code"}})
    handed = tables.Column("Remise au client", accessor="pk")

    def __init__(self, rows: Any) -> None:
        super().__init__(rows, orderable=False)

    def render_client(self, value: Client) -> SafeString:
        return format_html('<a href="{}">{}</a>', url_of("client_detail", value.code), value.listed_name)

    def render_outcome(self, value: str, record: Statement) -> SafeString:
        sign = badge(value, *OUTCOMES[Statement.Outcome(record.outcome)])
        return format_html("{} {}", sign, record.reason) if record.reason else sign

    def render_number(self, record: Statement) -> SafeString | str:
        return _number(record)

    def render_final(self, record: Statement) -> str:
        return who_owes(record.final, record.currency) if record.outcome == Statement.Outcome.MADE else ""

    def render_handed(self, record: Statement) -> SafeString | str:
        """How it goes to the client, or has gone."""
        if record.outcome != Statement.Outcome.MADE:
            return ""
        told = _handed(record)
        if told:
            return format_html_join(" ", "{}", ((one,) for one in told))
        says = "E-mail, à envoyer" if record.way == Statement.Way.EMAIL else "Papier, à imprimer"
        return format_html('<span class="soft">{}</span>', says)


class OwnStatementTable(tables.Table):
    """The statements that were made out to one client, newest first. Needs rows of `statements_for`."""

    at = tables.Column("Fait le", accessor="operation__at", attrs={"td": {"class": "table__day"}})
    user = tables.Column("Par", accessor="operation__user", default="Solde")
    number = tables.Column("Relevé", accessor="pk", attrs={"td": {"class": "table__code"}})
    period = tables.Column("Période", attrs={"td": {"class": "table__text"}})
    final = tables.Column("Solde final", attrs={"td": {"class": "table__code"}})
    handed = tables.Column("Remise au client", accessor="pk")

    def __init__(self, rows: Any) -> None:
        super().__init__(rows, orderable=False)

    def render_at(self, value: datetime) -> str:
        return f"{localtime(value):%d/%m/%Y %H:%M}"

    def render_user(self, value: User) -> str:
        return value.get_full_name() or value.username

    def render_number(self, record: Statement) -> SafeString | str:
        return _number(record)

    def render_final(self, record: Statement) -> str:
        return who_owes(record.final, record.currency)

    def render_handed(self, record: Statement) -> SafeString:
        return format_html_join(" ", "{}", ((one,) for one in _handed(record)))


def _number(record: Statement) -> SafeString | str:
    if record.outcome != Statement.Outcome.MADE:
        return ""
    address = url_of("statement_pdf", record.pk)
    return format_html('<a href="{}" target="_blank">{}</a>', address, record)


def _handed(record: Statement) -> list[SafeString]:
    told = []
    if record.mail:
        address = url_of("mail_detail", record.mail.pk)
        told.append(format_html('<a href="{}">{}</a> {}', address, record.mail.recipient, mail_badge(record.mail)))
    elif record.unsent:
        told.append(badge(record.unsent.capitalize(), "late"))
    elif record.way == Statement.Way.EMAIL and record.round and record.round.mailing_id:
        told.append(format_html("{}", "E-mail en préparation"))
    if record.printed_at:
        told.append(format_html("imprimé le {}", day(record.printed_at)))
    return told


class RoundTable(tables.Table):
    """The rounds, newest first. Needs rows of `rounds`."""

    at = tables.Column("Lancé le", accessor="operation__at", attrs={"td": {"class": "table__day"}})
    user = tables.Column("Par", accessor="operation__user", default="Solde")
    about = tables.Column("Sélection", attrs={"td": {"class": "table__text"}})
    made = tables.Column("Faits", attrs=AMOUNT)
    skipped = tables.Column("Laissés", attrs=AMOUNT)
    state = tables.Column("État", accessor="pk")

    def __init__(self, rows: Any) -> None:
        super().__init__(rows, orderable=False)

    def render_at(self, value: datetime) -> str:
        return f"{localtime(value):%d/%m/%Y %H:%M}"

    def render_user(self, value: User) -> str:
        return value.get_full_name() or value.username

    def render_about(self, value: str, record: Any) -> SafeString:
        return format_html('<a href="{}">{}</a>', url_of("round_detail", record.pk), value)

    def render_state(self, record: Any) -> SafeString:
        if record.ended_at:
            return badge("Terminé", "credit")
        return badge(f"{record.made + record.skipped} sur {record.total}", "neutral", "clock")
