"""How files of rows are read, CSV and XLSX alike."""

from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest

from office.dates import DateOrder, Dates
from office.grids import FileRefused, read_grid


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def test_a_csv_file_is_cut_by_the_sign_of_its_headings():
    for sign in ";,\t":
        grid = read_grid(f"Nom{sign}Ville\nDelmas{sign}Nantes\n".encode())

        assert (grid.headings, grid.lines) == (["Nom", "Ville"], [(2, ["Delmas", "Nantes"])])


def test_a_workbook_reads_as_the_text_that_our_readers_take_without_a_doubt():
    grid = read_grid(
        workbook(
            ["Nom", "SIREN", "Solde", "Né le", "Alerte"],
            ["Delmas", 732829320, 1234.5, date(2026, 1, 31), True],
            [None, None, None, None, None],
            ["Œuvre", "732829320", -0.25, datetime(2026, 2, 3), None],  # noqa: DTZ001 - as a sheet has it
        )
    )

    assert grid.headings == ["Nom", "SIREN", "Solde", "Né le", "Alerte"]
    assert grid.lines == [
        (2, ["Delmas", "732829320", "1234.50", "2026-01-31", "oui"]),
        (4, ["Œuvre", "732829320", "-0.25", "2026-02-03", ""]),
    ]


def test_cells_beyond_the_headings_of_a_workbook_are_a_fault_only_if_they_say_something():
    grid = read_grid(workbook(["Nom", "Ville", None], ["Delmas"], ["Petit", "Brest", "encore"]))

    assert grid.headings == ["Nom", "Ville"]
    assert grid.lines == [(2, ["Delmas", ""])]
    assert [str(fault) for fault in grid.faults] == ["Ligne 3\u00a0: Il y a 3 colonnes au lieu de 2."]


@pytest.mark.parametrize("content", [b"PK\x03\x04 no archive", b"PK\x03\x04", b"\x81\x8d;x\n"])
def test_what_is_no_file_of_rows_is_refused(content):
    with pytest.raises(FileRefused):
        read_grid(content)


def test_a_date_of_a_workbook_is_one_whatever_the_order_of_the_file():
    for order in DateOrder:
        assert Dates.of(order, ["2026-02-03", "31/12/2025"]).read("2026-02-03") == date(2026, 2, 3)
