"""Lists as files: CSV as French spreadsheets open it, XLSX with numbers as numbers. What is typed is never a formula.

CSV: UTF-8 with a byte-order mark, semicolons, commas before decimals, dates as 31/01/2026.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Any

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from office.amounts import format_plain

FORMULA = ("=", "+", "-", "@", "\t", "\r")
AMOUNT_FORMAT, DATE_FORMAT = "#,##0.00", "dd/mm/yyyy"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Cell = str | Decimal | int | date | None
Rows = Iterable[Sequence[Cell]]


class Written(str):
    """A number or a moment that is written already, the French way: nobody typed it, and it is sent as it is."""

    __slots__ = ()


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_lines(headings: Sequence[str], rows: Rows) -> Iterator[str]:
    """The text of a CSV file, line by line, from its byte-order mark on."""
    writer = csv.writer(_Echo(), delimiter=";", lineterminator="\r\n")
    yield "\ufeff"
    yield writer.writerow(headings)
    for row in rows:
        yield writer.writerow([_plain(value) for value in row])


def csv_response(name: str, headings: Sequence[str], rows: Rows) -> HttpResponseBase:
    """Send a list as `name`.csv, row by row."""
    response = StreamingHttpResponse(csv_lines(headings, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def xlsx_response(name: str, headings: Sequence[str], rows: Rows) -> HttpResponseBase:
    """Send a list as `name`.xlsx, its headings kept in sight."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Solde")
    sheet.freeze_panes = "A2"
    sheet.append([_styled(sheet, heading, bold=True) for heading in headings])
    for row in rows:
        sheet.append([_styled(sheet, value) for value in row])
    written = TemporaryFile()  # noqa: SIM115 - sent, then closed, by the response
    book.save(written)
    written.seek(0)
    return FileResponse(written, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


FORMATS = {"csv": csv_response, "xlsx": xlsx_response}


def _plain(value: Cell) -> str:
    match value:
        case None:
            return ""
        case Written():
            return value
        case Decimal():
            return format_plain(value)
        case date():
            return f"{value:%d/%m/%Y}"
        case int():
            return str(value)
    return harmless(value)


def _styled(sheet: Any, value: Cell, *, bold: bool = False) -> Any:
    written: Any = harmless(value) if isinstance(value, str) and not isinstance(value, Written) else value
    cell = WriteOnlyCell(sheet, value=written)
    if isinstance(value, Decimal):
        cell.number_format = AMOUNT_FORMAT
    elif isinstance(value, date):
        cell.number_format = DATE_FORMAT
    if bold:
        cell.font = Font(bold=True)
    return cell
