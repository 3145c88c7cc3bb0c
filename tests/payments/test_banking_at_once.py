"""Two desks import the same statement at the same time."""

from datetime import date

from ledger.models import BankAccount, Operation
from payments.banking import read_statement
from payments.models import BankImport, BankTransaction
from payments.services import import_statement
from tests.factories import op
from tests.helpers import run_together
from tests.payments.test_banking_readers import OURS, cfonb, move

TWIN = move("18", OURS, "050326", "RETRAIT", "0000000001000{")


def test_each_line_of_a_statement_imported_twice_at_once_is_taken_once(own_database):
    iban = "FR7630006000011234567890189"
    bank = BankAccount.objects.create(label="Courant", iban=iban, account_id="512")
    file = read_statement(cfonb(TWIN, TWIN))
    banks = {file.statements[0].account: bank}

    def take():
        act = op(date(2026, 3, 16), Operation.Kind.IMPORT)
        return import_statement(file=file, banks=banks, name="releve.txt", sha256="0" * 64, op=act)

    outcomes = run_together(take, take, take)

    assert sorted((one.added, one.known) for one in outcomes) == [(0, 2), (0, 2), (2, 0)]
    assert sorted(BankTransaction.objects.values_list("rank", flat=True)) == [1, 2]
    assert BankImport.objects.count() == 3
