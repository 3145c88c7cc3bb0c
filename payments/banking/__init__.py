"""Readers of the files that banks offer for download: pure functions, from bytes to statements."""

from payments.banking import camt053, cfonb120, ofx
from payments.banking.statements import BankFile, BankLine, Statement

__all__ = ["BankFile", "BankLine", "Statement", "read_statement"]


def read_statement(content: bytes) -> BankFile | None:
    """What a file of a format that says of itself what it is holds; None for any other, which may be a CSV file."""
    for reader in (camt053, ofx, cfonb120):
        if reader.looks_like(content):
            return reader.read(content)
    return None
