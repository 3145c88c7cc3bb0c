"""A client's balance over time as it is drawn."""

from django.utils.safestring import SafeString, mark_safe

from ledger.models import Kind
from statements.charts import CROSS, RING, SQUARE, step_chart
from statements.queries import Curve

MARKS = (("Factures", SQUARE, Kind.INVOICE), ("Règlements", RING, Kind.PAYMENT), ("Incidents", CROSS, Kind.INCIDENT))


def curve_chart(curve: Curve, currency: str) -> SafeString:
    """The balance as steps, with a strip of marks for each kind of document below it."""
    drawn = step_chart(
        [(step.on, step.balance) for step in curve.steps],
        [(label, shape, curve.days_of(kind)) for label, shape, kind in MARKS],
        f"Solde du client du {curve.since:%d/%m/%Y} au {curve.until:%d/%m/%Y}, en {currency}",
        since=curve.since,
        until=curve.until,
        before=curve.before,
    )
    return mark_safe(drawn)  # noqa: S308 - made of our own words and figures
