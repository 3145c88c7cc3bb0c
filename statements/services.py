"""What is handed out of reports: each print is logged."""

from collections.abc import Iterable
from datetime import date

from invoicing.services import identity_of
from ledger.queries import default_bank
from office.events import record
from office.models import Event, User
from office.queries import company
from statements.models import HiddenColumns
from statements.paper import extract_paper, extract_report
from statements.queries import Extract
from statements.reports import Report, report_pdf

EXTRACT_TEMPLATE = "statements/print/extract.html"


def print_extract(extract: Extract, *, by: User | None, on: date) -> bytes:
    """A client's statement as a PDF, and a line in the event log. on: the day that the file bears."""
    log_print(extract_report(extract), by=by)
    return extract_pdf(extract, on=on)


def extract_pdf(extract: Extract, *, on: date, number: str = "") -> bytes:
    """A client's statement as a PDF. on: the day that the file bears. number: of one that is kept (relevé)."""
    business = company()
    more = extract_paper(extract, business, default_bank(), identity_of(extract.client, None), number=number)
    return report_pdf(extract_report(extract), business, on=on, template=EXTRACT_TEMPLATE, **more)


def log_print(report: Report, *, by: User | None) -> None:
    """Tell the event log that a report was printed, and of what."""
    record(Event.Kind.PRINT, {"pièce": report.title, "portée": ", ".join(report.scope)}, user=by)


def hide_columns(user: User, report: str, names: Iterable[str]) -> None:
    """Keep which columns of a report a user doesn't want to see."""
    HiddenColumns.objects.update_or_create(user=user, report=report, defaults={"names": sorted(names)})
