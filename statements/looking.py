"""What the tab Financier tells beside its elements, on screen and on paper."""

from collections.abc import Iterable

from django.urls import reverse

from clients.sheet import Sheet
from office.amounts import format_count
from office.templatetags.ui import money
from payments.queries import Told
from statements.elements import Operations, Type, how_many
from statements.forms import FinancialFilter
from statements.paper import financial_report
from statements.queries import curve
from statements.queries.financial import Counter, Counters, Looked, TimeLine, all_elements, incidents_of
from statements.reports import Report
from statements.standing import Alert, Indicator, standing

LATE, BOUNCED = "Factures en retard", "Restant à régler des factures avec un incident"


def looked_at(page: Sheet, *, bounced: bool | None = None) -> Looked:
    """Whose account the tab looks at, as of which day. bounced: whether it has had incidents, if that is known."""
    account = page.client.account
    return Looked(page.client, incidents_of(account, page.on, bounced=bounced), page.form.today, page.on)


def tab_report(page: Sheet, form: FinancialFilter, *, most: int) -> tuple[Report, int]:
    """The tab on paper, as valid filters leave it, with at most so many elements; and how many they leave in all."""
    looked, account = looked_at(page), page.client.account
    counters, line = all_elements(looked, form.asked(), most=most)
    report = financial_report(
        page.client,
        line.elements,
        curve(account, until=page.day),
        says=standing(page.balance, len(looked.incidents.going_on)),
        filtered=form.told(),
        figures=indicators(page, looked),
        counters=told_counters(counters, looked, page),
        day=page.day,
    )
    return report, _number(counters, line)


def _number(counters: Counters, line: TimeLine) -> int:
    return sum(one.number for one in counters.types.values()) if line.more else len(line.elements)


def indicators(page: Sheet, looked: Looked) -> list[Indicator]:
    """What is to pay, late, to use, and to settle of incidents."""
    figures, incidents = page.balance, looked.incidents
    number = len(incidents.going_on)
    return [
        Indicator("Montant à payer", money(figures.to_pay), "owed" if figures.to_pay.amount else "neutral"),
        Indicator("Montant en retard", money(figures.overdue), "owed" if figures.overdue.amount else "neutral"),
        Indicator("Montant à utiliser", money(figures.to_use), "credit" if figures.to_use.amount else "neutral"),
        Indicator(
            "Incidents",
            money(incidents.left, page.client.account.currency),
            "owed" if number else "neutral",
            "aucun en cours" if not number else f"{number} en cours",
            _alert("incidents", incidents.part_settled, page),
        ),
    ]


def told_counters(counters: Counters | None, looked: Looked, page: Sheet) -> list[Indicator]:
    """What the elements that match come to, type by type; or, where they are still to be counted, what will be told."""
    if counters is None:
        return [Indicator(label, "…", hint="…") for label in (*Type.labels, LATE, BOUNCED)]
    currency = page.client.account.currency
    part_settled = looked.incidents.part_settled

    def told(label: str, counter: Counter, what: Type, more: str = "", alert: Alert | None = None) -> Indicator:
        return Indicator(
            label, money(counter.amount, currency), hint=f"{how_many(counter.number, what)}{more}", alert=alert
        )

    going_on = counters.open
    more = f", dont {format_count(going_on.number)} en cours" if going_on.number else ""
    return [
        *(told(one.label, counters.types[one], one, more if one is Type.INCIDENT else "") for one in Type),
        told(LATE, counters.late, Type.INVOICE, alert=_alert("late", part_settled, page)),
        told(
            BOUNCED,
            counters.bounced,
            Type.INVOICE,
            alert=_alert("bounced", part_settled, page),
        ),
    ]


def _alert(name: str, part_settled: Iterable[Told], page: Sheet) -> Alert | None:
    """What tells that incidents are settled in part, and leads to each."""
    address = reverse("client_financial", args=[page.client.code])
    day = f"&on={page.on.isoformat()}" if page.on else ""
    found = [
        (str(one.incident), f"{address}?operations={Operations.INCIDENTS}{day}#element-{one.incident.document_id}")
        for one in part_settled
    ]
    return Alert(name, found) if found else None
