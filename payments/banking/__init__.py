"""Readers of the files that banks offer for download: pure functions, from bytes to statements."""

from payments.banking import camt053, cfonb120, ofx
from payments.banking.statements import BankFile, BankLine, Statement

__all__ = ["BankFile", "BankLine", "Statement", "read_statement"]


def read_statement(content: bytes) -> BankFile | None:
    """What a file of a format that says of itself what it is holds; None for any other, which may be a CSV file."""
    if camt053.looks_like(content):
        return camt053.read(content)
    if ofx.looks_like(content):
        return ofx.read(content)
    return cfonb120.read(content) if cfonb120.looks_like(content) else None
