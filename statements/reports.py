"""What all reports share: one table that the screen, the PDF and the files show alike."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, overload

from django.http import HttpResponseBase
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from invoicing.paper import numbers, seller_name, street_lines
from office.amounts import format_number, format_quantity
from office.exports import FORMATS, Cell
from office.models import Company
from office.pdf import pdf_response, render_pdf, svg_address

TEXT, CODE, DAY, WORD, AMOUNT, COUNT = "text", "code", "day", "word", "amount", "count"
NAME, STATE, CURRENCY = "name", "state", "currency"
PDF = "pdf"
AT_THE_RIGHT = SafeString('class="table__amount" ')
ASKED_FOR = (PDF, *FORMATS)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a report. sort: what it holds, from which its width on paper follows; a TEXT has what is left."""

    label: str
    sort: str = TEXT

    @property
    def is_number(self) -> bool:
        """Whether its cells stand at the right."""
        return self.sort in (AMOUNT, COUNT)


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it is printed and written to a file.

    name: of its file. scope: what it shows, line by line: period, site, basis. lead: what is to be read first.
    foot: its rows of totals; notes: what stands under it. wide: whether it is printed across. drawing: an
    SVG above the table.
    """

    title: str
    name: str
    scope: Sequence[str]
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    foot: Sequence[Sequence[Cell]] = ()
    notes: Sequence[str] = ()
    wide: bool = False
    drawing: bytes = b""
    drawing_says: str = ""
    lead: Sequence[str] = ()


class Linked(str):
    """A text that leads to a page on screen; in files and on paper it is the text alone."""

    url: str

    def __new__(cls, text: object, url: str) -> "Linked":
        made = super().__new__(cls, text)
        made.url = url
        return made


class Struck(Decimal):
    """An amount of which nothing stands, struck through on screen and on paper; in files it is the amount alone."""


class RowsMade(Sequence[Sequence[Cell]]):
    """The rows of a long report, each made where it is shown: a page makes its own alone. items: a row each."""

    def __init__(self, items: Sequence[Any], make: Callable[[Any], Sequence[Cell]]) -> None:
        self.items, self.make = items, make

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, wanted: int) -> Sequence[Cell]: ...
    @overload
    def __getitem__(self, wanted: slice) -> Sequence[Sequence[Cell]]: ...
    def __getitem__(self, wanted: int | slice) -> Sequence[Any]:
        if isinstance(wanted, slice):
            return [self.make(item) for item in self.items[wanted]]
        return self.make(self.items[wanted])


class TotalRow(list[Cell]):
    """A row within the others that adds some of them up."""


class LeadRow(list[Cell]):
    """A row that opens a group of the others: on paper it stays with what follows."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A cell as it is read. label: of its column; url: where it leads on screen, if anywhere."""

    text: str
    is_number: bool
    label: str
    url: str = ""
    is_struck: bool = False

    @property
    def html(self) -> SafeString:
        """Its text, struck through if nothing of it stands."""
        return format_html("<del>{}</del>", self.text) if self.is_struck else escape(self.text)


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row as it is read. is_total: whether it adds others up; leads: whether it opens a group of them."""

    cells: list[Printed]
    is_total: bool
    leads: bool = False

    @property
    def html(self) -> SafeString:
        """The row as a page shows it."""
        return format_html("<tr>{}</tr>", SafeString("".join(self._cell(cell) for cell in self.cells)))

    @property
    def paper(self) -> SafeString:
        """The row on paper. Nothing stands between its cells: WeasyPrint would lay it out."""
        told = "report__foot" if self.is_total else "report__lead" if self.leads else ""
        start = SafeString(f'<tr class="{told}">' if told else "<tr>")
        cells = "".join(
            f'<td class="number">{cell.html}</td>' if cell.is_number else f"<td>{cell.html}</td>" for cell in self.cells
        )
        return SafeString(f"{start}{cells}</tr>")

    def _cell(self, cell: Printed) -> SafeString:
        start = format_html('<td {}data-label="{}">', AT_THE_RIGHT if cell.is_number else "", cell.label)
        if (self.is_total or self.leads) and cell.text:
            return format_html("{}<strong>{}</strong></td>", start, cell.text)
        if cell.url:
            return format_html('{}<a href="{}">{}</a></td>', start, cell.url, cell.text)
        return format_html("{}{}</td>", start, cell.html)


def printed(columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, are_totals: bool = False) -> list[PrintedRow]:
    """Rows as they are read: amounts to the cent, days as 31/01/2026, nothing for None."""
    return [
        PrintedRow(
            [
                Printed(_read(cell), column.is_number, column.label, getattr(cell, "url", ""), isinstance(cell, Struck))
                for column, cell in zip(columns, row, strict=True)
            ],
            is_total=are_totals or isinstance(row, TotalRow),
            leads=isinstance(row, LeadRow),
        )
        for row in rows
    ]


def file_response(report: Report, form: str) -> HttpResponseBase:
    """A report as a file of one of FORMATS: its rows, then its totals."""
    return FORMATS[form](report.name, [column.label for column in report.columns], [*report.rows, *report.foot])


def paper_context(report: Report, company: Company) -> dict[str, Any]:
    """What the template of a report on paper is given."""
    seller = company.identity()
    return {
        "report": report,
        "drawing": svg_address(report.drawing) if report.drawing else "",
        "head": report.columns,
        "rows": printed(report.columns, report.rows),
        "foot": printed(report.columns, report.foot, are_totals=True),
        "seller": seller,
        "seller_name": seller_name(seller),
        "seller_address": street_lines(seller),
        "seller_numbers": numbers(seller),
    }


def report_pdf(
    report: Report, company: Company, *, on: date, template: str = "statements/print/report.html", **more: Any
) -> bytes:
    """A report on A4. on: the day that the file bears. more: what its template shows besides."""
    context = paper_context(report, company) | more
    return render_pdf(template, context, title=report.title, author=context["seller_name"], on=on)


def answer(report: Report, form: str, company: Company, *, on: date) -> HttpResponseBase:
    """A report as the file that is asked for: one of ASKED_FOR."""
    if form == PDF:
        return pdf_response(f"{report.name}.pdf", report_pdf(report, company, on=on))
    return file_response(report, form)


def _read(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Decimal():
            return format_number(cell)
        case date():
            return f"{cell:%d/%m/%Y}"
        case int():
            return format_quantity(Decimal(cell))
    return str(cell)
