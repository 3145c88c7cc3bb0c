"""OFX, as French banks offer it for download: version 1 (SGML, tags left open) and 2 (XML) alike."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from html import unescape

from office.amounts import NotAnAmount, parse_amount, quoted
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

KIND = "OFX"
_TAG = re.compile(r"<(/?)([A-Za-z0-9_.]+)>([^<]*)")
_CHARSET = re.compile(rb"^\s*(CHARSET|ENCODING):\s*(\S+)", re.MULTILINE)
# What holds other elements, and ends by a tag of its own.
_HOLDERS = {"OFX", "STMTRS", "CCSTMTRS", "BANKACCTFROM", "CCACCTFROM", "STMTTRN", "LEDGERBAL", "AVAILBAL", "PAYEE"}


class _Unreadable(SoldeError):
    """A value that says nothing."""


@dataclass(slots=True)
class _Node:
    """An element that holds others: the values in it by their tag, and the line that it stands on."""

    name: str
    line: int
    values: dict[str, str] = field(default_factory=dict)


def looks_like(content: bytes) -> bool:
    """Whether a file is one of this format."""
    head = content[:4000].upper()
    return b"<OFX>" in head or b"OFXHEADER" in head


def read(content: bytes) -> BankFile:
    """The statements of a file, and every faulty operation of it."""
    file = BankFile(KIND)
    statement: Statement | None = None
    for node in _nodes(_text(content)):
        if node.name in ("STMTRS", "CCSTMTRS"):
            statement = Statement(currency=node.values.get("CURDEF", "EUR") or "EUR")
            file.statements.append(statement)
        elif statement is None:
            continue
        elif node.name in ("BANKACCTFROM", "CCACCTFROM"):
            parts = (node.values.get(name, "") for name in ("BANKID", "BRANCHID", "ACCTID"))
            statement.account = " ".join(filter(None, parts))
        elif node.name == "STMTTRN":
            try:
                statement.lines.append(_operation(node))
            except _Unreadable as error:
                file.faults.append(Fault(node.line, error.message))
        elif node.name == "LEDGERBAL":
            try:
                statement.closing = _amount(node.values.get("BALAMT", ""))
            except _Unreadable as error:
                file.faults.append(Fault(node.line, error.message))
    if not file.statements:
        file.faults.append(Fault(1, "Ce fichier ne contient aucun relevé."))
    return file


def _text(content: bytes) -> str:
    said = {name: value.upper() for name, value in _CHARSET.findall(content[:1000])}
    if content.startswith(b"\xef\xbb\xbf") or said.get(b"ENCODING", b"") in (b"UTF-8", b"UNICODE"):
        return content.decode("utf-8-sig", errors="replace")
    if b"<?xml" in content[:200].lower():
        return content.decode("utf-8", errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _nodes(text: str) -> Iterator[_Node]:
    """The elements that hold others, each once its values are read; a statement before what it holds."""
    stack: list[_Node] = []
    pending: _Node | None = None  # a statement whose own values aren't all read
    line, at = 1, 0
    for match in _TAG.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        closes, name, value = bool(match[1]), match[2].upper(), match[3].strip()
        if name in _HOLDERS:
            if pending is not None and not (closes and name == pending.name):
                yield pending
                pending = None
            if not closes:
                node = _Node(name, line)
                stack.append(node)
                if name in ("STMTRS", "CCSTMTRS"):
                    pending = node
            elif any(node.name == name for node in stack):
                while (node := stack.pop()).name != name:
                    pass
                if name not in ("STMTRS", "CCSTMTRS", "OFX"):
                    yield node
        elif not closes and value and stack:
            stack[-1].values.setdefault(name, unescape(value))
            if stack[-1].name == "PAYEE" and name == "NAME" and len(stack) > 1:
                stack[-2].values.setdefault("NAME", unescape(value))


def _operation(node: _Node) -> BankLine:
    said = node.values
    day = _day(said.get("DTPOSTED", ""))
    name, memo = said.get("NAME", ""), said.get("MEMO", "")
    label = squeeze(name or memo or said.get("TRNTYPE", "") or "Opération", LONGEST_LABEL)
    return BankLine(
        node.line,
        day,
        _day(said["DTAVAIL"]) if said.get("DTAVAIL") else day,
        _amount(said.get("TRNAMT", "")),
        label,
        detail=squeeze(memo if name else "", LONGEST_DETAIL),
        reference=squeeze(said.get("CHECKNUM", "") or said.get("REFNUM", ""), LONGEST_ID),
        identifier=squeeze(said.get("FITID", ""), LONGEST_ID),
    )


def _day(said: str) -> date:
    figures = re.match("([0-9]{4})([0-9]{2})([0-9]{2})", said)
    try:
        return date(*(int(part) for part in figures.groups())) if figures else date(0, 0, 0)
    except ValueError:
        raise _Unreadable(f"{quoted(said)} n’est pas une date AAAAMMJJ." if said else "La date manque.") from None


def _amount(said: str) -> Decimal:
    try:
        return parse_amount(said)
    except NotAnAmount as error:
        raise _Unreadable(error.message) from None
