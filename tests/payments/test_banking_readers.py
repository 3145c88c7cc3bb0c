"""What the readers of bank files make of each format, and what they refuse; no database behind it."""

import json
from datetime import date
from decimal import Decimal

import pytest

from office.dates import DateOrder
from office.grids import FileRefused
from payments.banking import csv_file, read_statement
from payments.banking.identity import ranked
from payments.banking.statements import BankLine
from tests.conftest import REAL_DATA

BANK = REAL_DATA / "bank"


def move(code, account, day, label, amount, *, kind="04", extra=""):
    """A line of CFONB 120. amount: as it stands in its field; extra: the qualifier and text of a complement."""
    bank, branch, number = account
    text = f"{kind}{bank}    {branch}EUR2 {number}{code:2}{day}"
    if kind == "04":
        text = text.ljust(42) + day + label.ljust(31)[:31]
    elif kind == "05":
        text = text.ljust(45) + extra
    return text.ljust(90) + amount if kind != "05" else text.ljust(120)


OURS = ("30006", "00001", "12345678901")


def cfonb(*moves, opening="0000000001000{", closing="0000000003050{"):
    """A statement from 100,00 to 305,00 unless said."""
    lines = [move("", OURS, "010326", "", opening, kind="01"), *moves, move("", OURS, "310326", "", closing, kind="07")]
    return "\n".join(line.ljust(120) for line in lines).encode("cp1252")


def read(content):
    file = read_statement(content)
    return file, [(line.day, line.amount, line.label) for one in file.statements for line in one.lines]


def test_cfonb_amounts_bear_their_sign_in_the_last_figure():
    content = cfonb(
        move("18", OURS, "050326", "VIR SEPA DELMAS", "0000000002500{"),
        move("", OURS, "050326", "", "", kind="05", extra="NPYMME DELMAS"),
        move("62", OURS, "060326", "FRAIS", "0000000000450}"),
    )

    file, lines = read(content)

    assert lines == [
        (date(2026, 3, 5), Decimal("250.00"), "VIR SEPA DELMAS"),
        (date(2026, 3, 6), Decimal("-45.00"), "FRAIS"),
    ]
    statement = file.statements[0]
    assert (statement.opening, statement.closing, statement.ties) == (Decimal("100.00"), Decimal("305.00"), True)
    assert (statement.lines[0].party, statement.account) == ("MME DELMAS", "30006 00001 12345678901")


@pytest.mark.parametrize(
    ("sign", "cents"),
    [*(("{ABCDEFGHI"[n], 10 + n) for n in range(10)), *(("}JKLMNOPQR"[n], -10 - n) for n in range(10))],
)
def test_each_cfonb_sign_is_a_figure_and_a_sign(sign, cents):
    _, lines = read(cfonb(move("18", OURS, "050326", "X", f"0000000000001{sign}")))

    assert lines[0][1] == Decimal(cents).scaleb(-2)


def test_a_cfonb_file_that_ends_too_early_is_refused():
    content = b"\n".join(cfonb(move("18", OURS, "050326", "X", "0000000002500{")).split(b"\n")[:-1])

    file, _ = read(content)

    assert [(fault.line, fault.reason) for fault in file.faults] == [
        (2, "Le fichier s’arrête avant le nouveau solde du dernier relevé.")
    ]


def camt(entries, *, head="", opening="100.00", closing="350.00"):
    def balance(code, amount):
        return f"""<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt>
            <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-01</Dt></Dt></Bal>"""

    return f"""<?xml version="1.0" encoding="UTF-8"?>{head}
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
        <Acct><Id><IBAN>FR7630006000011234567890189</IBAN></Id><Ccy>EUR</Ccy></Acct>
        {balance("OPBD", opening)}{balance("CLBD", closing)}{entries}
        </Stmt></BkToCstmrStmt></Document>""".encode()


def entry(amount="250.00", side="CRDT", *, status="<Cd>BOOK</Cd>", day="2026-03-05", details=""):
    return f"""<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>{status}</Sts>
        <BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>R-1</AcctSvcrRef>
        <NtryDtls><TxDtls>{details}</TxDtls></NtryDtls></Ntry>"""


def test_camt_of_a_later_version_gives_party_reference_and_identifier():
    details = """<Refs><EndToEndId>FAC-2026-00001</EndToEndId></Refs>
        <RltdPties><Dbtr><Pty><Nm>Éléonore Lefèvre</Nm></Pty></Dbtr>
        <DbtrAcct><Id><IBAN>FR1420041010050500013M02606</IBAN></Id></DbtrAcct></RltdPties>
        <RmtInf><Ustrd>Facture FAC-2026-00001</Ustrd></RmtInf>"""

    file, _ = read(camt(entry(details=details)))

    line = file.statements[0].lines[0]
    assert (line.party, line.party_iban) == ("Éléonore Lefèvre", "FR1420041010050500013M02606")
    assert (line.label, line.reference, line.identifier) == ("Facture FAC-2026-00001", "FAC-2026-00001", "R-1")
    assert file.statements[0].ties


def test_camt_entries_that_are_not_booked_are_left_out():
    _, lines = read(camt(entry(status="PDNG") + entry("50.00", status="BOOK")))

    assert [amount for _, amount, _ in lines] == [Decimal("50.00")]


def test_camt_with_entities_is_refused_and_nothing_is_fetched():
    head = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "bb">]>'

    file, lines = read(camt(entry(details="<RmtInf><Ustrd>&a;&b;</Ustrd></RmtInf>"), head=head))

    assert lines == []
    assert [fault.reason for fault in file.faults] == ["Un relevé n’a pas de DOCTYPE\u00a0: ce fichier est refusé."]


def test_a_faulty_camt_entry_is_told_with_its_line():
    file, _ = read(camt(entry("12.345") + entry(day="2026-02-30") + entry(side="")))

    assert [fault.reason for fault in file.faults] == [
        "«\u00a012.345\u00a0» a plus de 2 décimales.",
        "«\u00a02026-02-30\u00a0» n’est pas une date.",
        "Rien ne dit si c’est un débit ou un crédit.",
    ]
    assert all(fault.line > 1 for fault in file.faults)


OFX = """OFXHEADER:100
CHARSET:1252

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR
<BANKACCTFROM><BANKID>30006<BRANCHID>00001<ACCTID>12345678901<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST>
{}
</BANKTRANLIST><LEDGERBAL><BALAMT>500,00<DTASOF>20260331</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"""


def test_ofx_reads_comma_amounts_entities_and_windows_accents():
    operation = (
        "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260305120000<TRNAMT>+1250,50<FITID>7<NAME>Böhm &amp; Fils</STMTTRN>"
    )

    file, lines = read(OFX.format(operation).encode("cp1252"))

    assert lines == [(date(2026, 3, 5), Decimal("1250.50"), "Böhm & Fils")]
    assert file.statements[0].closing == Decimal("500.00")
    assert file.statements[0].account == "30006 00001 12345678901"


def test_a_faulty_ofx_operation_is_told_with_its_line():
    operations = (
        "<STMTTRN><DTPOSTED>20260230<TRNAMT>1<FITID>7<NAME>A</STMTTRN>\n<STMTTRN><DTPOSTED>20260301<NAME>B</STMTTRN>"
    )

    file, _ = read(OFX.format(operations).encode())

    assert [(fault.line, fault.reason) for fault in file.faults] == [
        (7, "«\u00a020260230\u00a0» n’est pas une date AAAAMMJJ."),
        (8, "Le montant manque."),
    ]


CSV = "Compte;FR76 3000 6000 0112 3456 7890 189\nSolde au début;;;100,00\n\nDate;Libellé;Débit;Crédit\n"


def table_read(text, encoding="utf-8", order=DateOrder.DAY_FIRST):
    table = csv_file.table_of(text.encode(encoding))
    return csv_file.read(table, csv_file.Columns(csv_file.proposed(table), order))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_csv_keeps_accents_and_finds_its_balances_in_any_place(encoding):
    file = table_read(
        f"{CSV}05/03/26;Virement Éléonore Œuvre;;1 250,50\n06/03/26;Frais;-12,00;\nSolde en fin;;;1 338,50\n", encoding
    )

    statement = file.statements[0]
    assert file.faults == []
    assert [(line.day, line.amount, line.label) for line in statement.lines] == [
        (date(2026, 3, 5), Decimal("1250.50"), "Virement Éléonore Œuvre"),
        (date(2026, 3, 6), Decimal("-12.00"), "Frais"),
    ]
    assert (statement.opening, statement.closing, statement.ties) == (Decimal("100.00"), Decimal("1338.50"), True)
    assert statement.account == "FR76 3000 6000 0112 3456 7890 189"


def test_csv_refuses_what_can_be_read_two_ways_line_by_line():
    file = table_read(
        f"{CSV}05/03/2026;A;;1.234\n31/02/2026;B;;1,00\n06/03/2026;C;1,00;1,00\n07/03/2026;D;;\n08/03/2026;E;;12,3O\n"
        "03/25/2026;F;;1,00\n;G;;1,00\n"
    )

    assert [fault.line for fault in file.faults] == [5, 5, 6, 7, 7, 8, 8, 9, 9, 10, 11]
    assert file.statements[0].lines == []


def test_csv_of_a_signed_column_needs_no_other():
    file = table_read('Date,Label,Amount\n05/03/2026,Card,-12.50\n06/03/2026,In,"1,00"\n')

    assert [line.amount for line in file.statements[0].lines] == [Decimal("-12.50"), Decimal("1.00")]


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\x00", b"bonjour", b"%PDF-1.7 abc"])
def test_what_is_no_bank_file_is_refused(content):
    assert read_statement(content) is None
    with pytest.raises(FileRefused):
        csv_file.table_of(content)


def bank_line(amount="-20.00", *, identifier="", day=date(2026, 3, 5)):
    return BankLine(1, day, day, Decimal(amount), "Retrait", identifier=identifier)


def test_true_twins_rise_in_rank_and_the_banks_own_identifier_tells_one_line_once():
    twins = ranked([bank_line(), bank_line(), bank_line("-21.00")])
    same = ranked([bank_line(identifier="A"), bank_line(identifier="A"), bank_line(identifier="B")])

    assert [rank for _, _, rank in twins] == [1, 2, 1]
    assert twins[0][1] == twins[1][1] != twins[2][1]
    assert [line.identifier for line, _, _ in same] == ["A", "B"]


REAL = ["cfonb120-exemple.txt", "cfonb120-simple.txt", "credit-mutuel.ofx", "banque-populaire.ofx", "tryton.ofx"]
REAL += ["camt053-v2-minimal.xml", "camt053-v2-multi-statement.xml", "releve-entete-et-soldes.csv"]


def told(file):
    """What a file says, as `expected/` tells it."""
    return [
        {
            "account": one.account,
            "currency": one.currency,
            "opening": one.opening,
            "closing": one.closing,
            "ties": one.ties,
            "operations": [(line.day.isoformat(), line.amount) for line in one.lines],
        }
        for one in file.statements
    ]


def expected(name):
    said = json.loads((BANK / "expected" / f"{name}.json").read_text())
    amount = lambda text: None if text is None else Decimal(text)  # noqa: E731
    statements = [
        {
            "account": one["account"],
            "currency": one["currency"],
            "opening": amount(one["opening"]),
            "closing": amount(one["closing"]),
            "ties": one["ties"],
            "operations": [(line["date"], Decimal(line["amount"])) for line in one["operations"]],
        }
        for one in said["statements"]
    ]
    return statements, sorted({line for line, _ in said["faults"]})


@pytest.mark.real_data
@pytest.mark.parametrize("name", REAL)
def test_real_files_say_what_they_say(name):
    content = (BANK / name).read_bytes()
    if (file := read_statement(content)) is None:
        table = csv_file.table_of(content)
        file = csv_file.read(table, csv_file.Columns(csv_file.proposed(table)))

    statements, lines = expected(name)

    assert told(file) == statements
    assert file.faults == []
    assert sorted({notice.line for notice in file.notices}) == lines


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["cfonb120-date-invalide.txt", "cfonb120-operation-hors-releve.txt"])
def test_real_files_that_are_faulty_are_refused_with_their_lines(name):
    file = read_statement((BANK / name).read_bytes())

    _, lines = expected(name)

    assert file.faults
    assert sorted({fault.line for fault in [*file.faults, *file.notices]}) == lines
