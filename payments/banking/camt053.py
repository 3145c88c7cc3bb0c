"""camt.053, the statement of ISO 20022 in XML: any version of it, read without entities and without a network."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.timezone import get_current_timezone
from lxml import etree

from office.amounts import MAXIMUM, quoted
from office.errors import SoldeError
from office.grids import Fault
from payments.banking.statements import (
    LONGEST_DETAIL,
    LONGEST_ID,
    LONGEST_LABEL,
    BankFile,
    BankLine,
    Statement,
    squeeze,
)

KIND = "camt.053"
NOTHING = ("", "NOTPROVIDED")
Element = Any  # lxml has no types


class _Unreadable(SoldeError):
    """A part of an entry that says nothing."""


def looks_like(content: bytes) -> bool:
    """Whether a file may be one of this format."""
    return b"BkToCstmrStmt" in content


def read(content: bytes) -> BankFile:
    """The statements of a file, and every faulty entry of it. Entries that aren't booked yet are left out."""
    file = BankFile(KIND)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        file.faults.append(Fault(error.lineno or 1, "Ce fichier XML est mal formé."))
        return file
    if root.getroottree().docinfo.doctype:
        file.faults.append(Fault(1, "Un relevé n’a pas de DOCTYPE\u00a0: ce fichier est refusé."))
        return file
    for element in _all(root, "BkToCstmrStmt", "Stmt"):
        file.statements.append(_statement(element, file))
    if not file.statements:
        file.faults.append(Fault(1, "Ce fichier ne contient aucun relevé."))
    return file


def _statement(element: Element, file: BankFile) -> Statement:
    account = _text(element, "Acct", "Id", "IBAN") or _text(element, "Acct", "Id", "Othr", "Id")
    statement = Statement(account, _text(element, "Acct", "Ccy") or "EUR")
    for balance in _all(element, "Bal"):
        kind = _text(balance, "Tp", "CdOrPrtry", "Cd")
        try:
            if kind in ("OPBD", "PRCD") and statement.opening is None:
                statement.opening = _amount(balance)
            elif kind == "CLBD":
                statement.closing = _amount(balance)
        except _Unreadable as error:
            file.faults.append(Fault(_line(balance), error.message))
    for entry in _all(element, "Ntry"):
        try:
            if _text(entry, "Sts") in ("BOOK", "") or _text(entry, "Sts", "Cd") == "BOOK":
                statement.lines.append(_entry(entry, statement))
        except _Unreadable as error:
            file.faults.append(Fault(_line(entry), error.message))
    return statement


def _entry(entry: Element, statement: Statement) -> BankLine:
    amount = next(iter(_all(entry, "Amt")), None)
    currency = amount.get("Ccy", "") if amount is not None else ""
    if currency not in ("", statement.currency):
        raise _Unreadable(f"L’opération est en {currency}, le compte en {statement.currency}.")
    day = _day(entry, "BookgDt") or _day(entry, "ValDt")
    if day is None:
        raise _Unreadable("La date manque.")
    details = list(_all(entry, "NtryDtls", "TxDtls"))
    said = [part for one in details for part in _remittance(one)]
    extra = _text(entry, "AddtlNtryInf")
    one = details[0] if len(details) == 1 else None
    comes_in = _text(entry, "CdtDbtInd") == "CRDT"
    side = "Dbtr" if comes_in else "Cdtr"
    party = iban = end_to_end = ""
    if one is not None:
        party = _text(one, "RltdPties", side, "Nm") or _text(one, "RltdPties", side, "Pty", "Nm")
        iban = _text(one, "RltdPties", f"{side}Acct", "Id", "IBAN")
        end_to_end = _text(one, "Refs", "EndToEndId")
    if end_to_end in NOTHING:
        end_to_end = ""
    label = squeeze(extra or " ".join(said) or party or end_to_end or "Opération", LONGEST_LABEL)
    return BankLine(
        _line(entry),
        day,
        _day(entry, "ValDt") or day,
        _amount(entry),
        label,
        detail=squeeze(" ".join(part for part in (*said, end_to_end) if part and part != label), LONGEST_DETAIL),
        party=squeeze(party, LONGEST_LABEL),
        party_iban=squeeze(iban, 34),
        reference=squeeze(end_to_end or _text(entry, "NtryRef"), LONGEST_ID),
        identifier=squeeze(_text(entry, "AcctSvcrRef"), LONGEST_ID),
    )


def _remittance(details: Element) -> Iterator[str]:
    """What the payer wrote: free text, and the references of what is paid."""
    yield from (one.text or "" for one in _all(details, "RmtInf", "Ustrd"))
    yield from (one.text or "" for one in _all(details, "RmtInf", "Strd", "CdtrRefInf", "Ref"))
    yield from (one.text or "" for one in _all(details, "RmtInf", "Strd", "RfrdDocInf", "Nb"))


def _amount(element: Element) -> Decimal:
    said, side = _text(element, "Amt"), _text(element, "CdtDbtInd")
    try:
        amount = Decimal(said)
    except InvalidOperation:
        raise _Unreadable(f"{quoted(said)} n’est pas un montant.") from None
    if not amount.is_finite() or not 0 <= amount <= MAXIMUM or amount.as_tuple().exponent < -5:  # type: ignore[operator]
        raise _Unreadable(f"{quoted(said)} n’est pas un montant.")
    if amount != amount.quantize(Decimal("0.01")):
        raise _Unreadable(f"{quoted(said)} a plus de 2 décimales.")
    if side not in ("CRDT", "DBIT"):
        raise _Unreadable("Rien ne dit si c’est un débit ou un crédit.")
    amount = amount.quantize(Decimal("0.01"))
    return amount if side == "CRDT" else -amount


def _day(element: Element, name: str) -> date | None:
    said = _text(element, name, "Dt") or _text(element, name, "DtTm")
    if not said:
        return None
    try:
        if len(said) == 10:
            return date.fromisoformat(said)
        moment = datetime.fromisoformat(said)
        return moment.astimezone(get_current_timezone()).date() if moment.tzinfo else moment.date()
    except ValueError:
        raise _Unreadable(f"{quoted(said)} n’est pas une date.") from None


def _all(element: Element, *names: str) -> list[Element]:
    """The elements at a path, whatever the version that their namespace names."""
    found = [element]
    for name in names:
        found = [
            child
            for parent in found
            for child in parent
            if isinstance(child.tag, str) and etree.QName(child).localname == name
        ]
    return found


def _text(element: Element, *names: str) -> str:
    found = _all(element, *names)
    return (found[0].text or "").strip() if found else ""


def _line(element: Element) -> int:
    return int(element.sourceline or 1)
