"""Statements of many clients: who is chosen, what is made of them and kept, and by which channel each leaves."""

from datetime import date
from decimal import Decimal

import pytest

from clients.models import Mail
from office.models import KeptFile
from office.periods import Period
from statements.models import Choice, Round
from statements.queries import Basis, Where
from statements.rounds import handing, making, pressing
from statements.rounds.queries import candidates, statements_of
from tests.builders import a_client, invoice, pay
from tests.factories import SiteFactory
from tests.helpers import execute, refused
from tests.papers import faults, pages
from tests.statements.rounds import MAILED, NOON, a_server, chosen, made_whole, owing, prepared, told

# Chosen


@pytest.mark.django_db
def test_who_moved_or_has_a_balance_is_concerned_and_who_is_late_apart():
    owing("C-1", "10")
    settled, old, none = owing("C-2", "20"), a_client("C-3", name="Nom C-3"), a_client("C-4")
    pay(settled, date(2026, 3, 15), "20", {settled.invoices.get(): "20"})
    invoice(old, date(2026, 3, 14), "30", due=date(2026, 4, 30))
    earlier = a_client("C-5")
    bill = invoice(earlier, date(2026, 4, 2), "5")
    pay(earlier, date(2026, 4, 2), "5", {bill: "5"})

    april = Period(date(2026, 4, 3), date(2026, 4, 30))
    codes = {choice: [one.code for one in candidates(chosen(choice))] for choice in Choice}

    assert codes == {Choice.ALL: ["C-1", "C-2", "C-3"], Choice.BALANCE: ["C-1", "C-2", "C-3"], Choice.LATE: ["C-1"]}
    assert [one.code for one in candidates(chosen(period=april))] == ["C-1", "C-3"]
    assert none.code == "C-4"
    assert [one.balance for one in candidates(chosen())] == [Decimal("10.00"), Decimal("0.00"), Decimal("30.00")]


@pytest.mark.django_db
def test_a_site_and_a_name_narrow_the_choice():
    parc = SiteFactory(name="Parc")
    here, _ = a_client("C-1", name="Delmas"), owing("C-2", "20")
    invoice(here, date(2026, 3, 14), "30", site=parc)

    assert [one.code for one in candidates(chosen(where=Where(parc)))] == ["C-1"]
    assert [one.code for one in candidates(chosen(words="delm"))] == ["C-1"]
    assert [one.code for one in candidates(chosen(words="C-2"))] == ["C-2"]


@pytest.mark.django_db
def test_a_round_of_nobody_is_refused():
    with pytest.raises(making.NobodyChosen):
        prepared()

    assert not Round.objects.exists()


# Made


@pytest.mark.django_db
def test_what_is_left_is_told_with_its_reason_and_the_figures_are_those_of_the_pdf():
    a_server()
    owing("C-1", "10", **MAILED, email="c1@exemple.fr")
    owing("C-2", "20", **MAILED)
    owing("C-3", "30", city="")
    settled = owing("C-4", "40")
    pay(settled, date(2026, 3, 15), "40", {settled.invoices.get(): "40"})
    walk_in = a_client("PASSAGE", name="Nom P", walk_in=True)

    of = made_whole(prepared(chosen(Choice.BALANCE)))

    assert told(of) == [
        ("C-1", "made", ""),
        ("C-2", "made", "aucune adresse e-mail"),
        ("C-3", "made", "aucune adresse postale"),
        ("C-4", "skipped", "solde nul"),
    ]
    assert walk_in.account.walk_in
    first = statements_of(of)[0]
    file = KeptFile.objects.get(subject="statement", key=first.pk)
    (page,) = pages(bytes(file.content))
    assert (first.report, first.debit, first.credit, first.final) == (0, Decimal("10.00"), 0, Decimal("10.00"))
    assert file.name == "releve-C-1-2026-03-31.pdf"
    assert f"Relevé de compte n° {first}" in page
    assert "10,00 € dus par le client" in page
    assert pressing.letter_values(first)["solde"] == "Au 31/03/2026, vous nous devez 10,00\u00a0€."
    assert faults(bytes(file.content)) == []


@pytest.mark.django_db
def test_thirty_clients_of_distinct_balances_each_get_their_own(mailoutbox):
    a_server()
    made = [owing(f"C-{rank:02d}", f"{rank}.00", **MAILED, email=f"c{rank}@exemple.fr") for rank in range(1, 29)]
    nothing = owing("C-29", "9", **MAILED, email="c29@exemple.fr")
    pay(nothing, date(2026, 3, 15), "9", {nothing.invoices.get(): "9"})
    owing("C-30", "30", **MAILED)

    of = made_whole(prepared(chosen(Choice.BALANCE), sends=True))
    while handing.write_mails(of.pk, at=NOON, job=lambda **_: None):
        pass
    assert not handing.write_mails(of.pk, at=NOON, job=lambda **_: None)

    mails = {mail.account.client.code: mail for mail in Mail.objects.all()}
    assert sorted(mails) == [one.code for one in made]
    for rank, code in enumerate(sorted(mails), start=1):
        (file,) = mails[code].files.all()
        amount = f"{rank},00\u00a0€"
        assert f"vous nous devez {amount}." in mails[code].body
        assert f"{rank},00 € dus par le client" in pages(bytes(file.content))[0]
        assert (mails[code].recipient, file.name) == (f"c{rank}@exemple.fr", f"releve-{code}-2026-03-31.pdf")
    left = [row for row in told(of) if row[2]]
    assert left == [("C-29", "skipped", "solde nul"), ("C-30", "made", "aucune adresse e-mail")]


@pytest.mark.django_db
def test_without_vat_the_e_mail_says_so():
    owing("C-1", "120")

    of = made_whole(prepared(chosen(basis=Basis.HT)))

    (one,) = statements_of(of)
    assert pressing.letter_values(one)["solde"] == "Au 31/03/2026, vous nous devez 100,00\u00a0€ HT."


@pytest.mark.django_db
def test_a_passer_by_and_a_client_with_nothing_in_this_site_get_none():
    walk_in = a_client("PASSAGE", walk_in=True)
    from_here = owing("C-1", "10")
    of = prepared()
    making.list_clients(of.pk, at=NOON)
    assert walk_in.pk not in {one.client_id for one in statements_of(of)}

    pay(from_here, date(2026, 3, 15), "10", {from_here.invoices.get(): "10"})
    made_whole(of)

    assert told(of) == [("C-1", "made", "")]


@pytest.mark.django_db
def test_the_database_keeps_a_statement_as_it_was_made():
    owing("C-1", "10")
    made_whole(prepared())

    with refused("statements_statement_decided_once"):
        execute("UPDATE statements_statement SET final = 5")
    with refused("statements_statement_kept"):
        execute("DELETE FROM statements_statement")


# Cut off, and together
