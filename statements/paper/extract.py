"""A client's statement in words and as a report: what the screen, the PDF and the files say alike."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from invoicing.paper import window_lines
from ledger.models import BankAccount
from office.amounts import NO_BREAK, ZERO, format_amount, format_number
from office.epc import epc_svg, epc_text
from office.exports import Cell
from office.identifiers import grouped
from office.models import Company
from office.pdf import svg_address
from statements.queries import Basis, Extract, age_labels
from statements.reports import AMOUNT, CODE, DAY, Column, Report

REPORT = "Report"
REPORT_OF_UNSETTLED = "Report de ce qui n’est pas soldé"
TITLE = "Extrait de compte client"


def scope(extract: Extract) -> list[str]:
    """What a statement shows: its period, site and basis, and what it leaves out."""
    wanted = extract.wanted
    said = [
        f"{wanted.period}",
        f"établissement\u00a0: {wanted.where}",
        f"montants {Basis(wanted.basis).label} en {_currency(extract)}",
    ]
    if wanted.unsettled:
        said.append("seulement ce qui n’est pas soldé")
    if not wanted.pairs:
        said.append("sans les pièces annulées")
    return said


def report_label(extract: Extract) -> str:
    """What the first row says."""
    return REPORT_OF_UNSETTLED if extract.wanted.unsettled else REPORT


def final_label(extract: Extract) -> str:
    """What the final balance is called."""
    basis = "" if extract.wanted.basis == Basis.TTC else " (HT)"
    return f"Solde final{basis} au {extract.on:%d/%m/%Y}"


def who_owes(amount: Decimal, currency: str) -> str:
    """A final balance in words: who owes whom."""
    if amount > 0:
        return f"{format_amount(amount, currency)} dus par le client"
    if amount < 0:
        return f"{format_amount(-amount, currency)} dus au client"
    return f"{format_amount(ZERO, currency)}, le compte est soldé"


def who_owes_you(amount: Decimal, currency: str, *, on: date, basis: Basis) -> str:
    """A final balance as the client is told it: who owes whom, in a sentence. amount: above 0 when the client owes."""
    said = f"{format_amount(abs(amount), currency)}{' HT' if basis == Basis.HT else ''}"
    if amount > 0:
        return f"Au {on:%d/%m/%Y}, vous nous devez {said}."
    return f"Au {on:%d/%m/%Y}, nous vous devons {said}." if amount else f"Au {on:%d/%m/%Y}, votre compte est soldé."


def extract_report(extract: Extract) -> Report:
    """A statement as a report. Its rows: the balance before, then document by document; its foot: the totals."""
    basis = Basis(extract.wanted.basis).label
    columns = [
        Column("Date", DAY),
        Column("Référence", CODE),
        Column("Description"),
        Column(f"Débit ({basis})", AMOUNT),
        Column(f"Crédit ({basis})", AMOUNT),
        Column("Solde courant", AMOUNT),
    ]
    return Report(
        title=f"{TITLE} {extract.client.code}",
        name=f"extrait-{extract.client.code.replace('/', '-')}-{extract.on:%Y-%m-%d}",
        scope=[f"Compte {extract.client.code} (411)", *scope(extract)],
        columns=columns,
        rows=list(_rows(extract)),
        foot=[["Total", None, None, extract.debit, extract.credit, extract.final]],
    )


def _rows(extract: Extract) -> Iterator[list[Cell]]:
    yield [extract.wanted.period.start, None, report_label(extract), None, None, extract.report]
    for row in extract.rows:
        amounts = [row.debit or None, row.credit or None, row.balance]
        yield [row.day, row.reference, row.description, *amounts]


def extract_paper(
    extract: Extract, company: Company, bank: BankAccount | None, buyer: dict[str, Any], *, number: str = ""
) -> dict[str, Any]:
    """What the template of a statement shows besides its table. buyer: who it is addressed to. number: of
    one that is kept (relevé).

    The slip asks for what is owed, VAT included, in euros; nothing is asked of who owes nothing.
    """
    currency = extract.client.account.currency
    due = extract.ageing.total
    said = ""
    if bank and currency == "EUR" and extract.wanted.slip and extract.wanted.where.is_everywhere:
        text = f"{extract.client.code} extrait {extract.on:%d/%m/%Y}"
        said = epc_text(name=company.name, iban=bank.iban, bic=bank.bic, amount=due, text=text)
    return {
        "heading": f"Relevé de compte n°{NO_BREAK}{number}" if number else TITLE,
        "window": window_lines(buyer),
        "extract": extract,
        "currency": currency,
        "final_label": final_label(extract),
        "final": who_owes(extract.final, currency),
        "is_owed": extract.final > 0,
        "ages": list(zip(age_labels(extract.limits), map(format_number, extract.ageing.cells), strict=True)),
        "ages_total": format_number(due),
        "code": svg_address(epc_svg(said)) if said else "",
        "due": due,
        "iban": grouped(bank.iban) if bank else "",
        "bic": bank.bic if bank else "",
        "reference": f"{extract.client.code}",
    }


def _currency(extract: Extract) -> str:
    currency = extract.client.account.currency
    return "euros" if currency == "EUR" else currency
