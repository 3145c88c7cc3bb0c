"""The page of a credit note, what can be done with it, the lists, and how one is cancelled."""

import csv
import re
from io import StringIO
from uuid import uuid4

import pytest

from credits.models import CreditNote
from credits.queries import all_credit_notes
from credits.services import draft_credit
from credits.statuses import STATUSES, notes_in_state, with_left
from office.clock import today
from office.models import Role
from payments.services import reserve_credit
from tests.builders import a_client, cancel, credit_note, credit_on, euros, invoice, main_item, told, use
from tests.desk import op
from tests.pages import at_work, cells, column, squeezed, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    return at_work(client)


@pytest.fixture
def roux():
    return a_client("ROUX", name="Mme Roux")


@pytest.fixture
def f(roux):
    return invoice(roux, today(), "100")


def page(desk, path):
    response = desk.get(path)
    assert response.status_code == 200
    return squeezed(response.content.decode())


def acts(html):
    """The entries of the menu: by label, where each leads or why it doesn't."""
    (menu,) = [part for part in re.findall(r"<ul(.*?)</ul>", html) if "Voir l’avoir d’origine" in part]
    told = {}
    for entry in menu.split("<li>")[1:]:
        label, _, why = entry.partition("<small>")
        told[text_of(label)] = text_of(why) or (entry.split('href="')[1].split('"')[0] if 'href="' in entry else "")
    return told


def test_a_credit_note_shows_its_lines_its_invoice_and_its_history(desk, f):
    note = credit_on(f, today(), "30")

    html = page(desk, f"/documents/{note.document_id}/")

    assert "À utiliser" in html
    assert f'sur la facture <a href="/documents/{f.document_id}/">{f}</a>' in html
    assert cells(html, "Montant TTC") == ["30,00\u00a0€"]
    assert cells(html, "Action") == ["Brouillon créé", "Validé"]
    assert f'<a href="/documents/{note.document_id}/">{note}</a>' in page(desk, f"/documents/{f.document_id}/")


def test_what_can_be_done_with_a_credit_note_is_in_its_menu(client, f):
    boss = at_work(client, role=Role.ACCOUNTANT)
    note = credit_on(f, today(), "30")

    assert acts(page(boss, f"/documents/{note.document_id}/")) == {
        "Voir l’avoir d’origine": f"/documents/{note.document_id}/",
        "Envoyer l’avoir par e-mail": f"/avoirs/{note.pk}/envoyer/",
        "Imprimer l’avoir": f"/avoirs/{note.pk}/avoir.pdf",
        "Voir la facture d’origine": f"/documents/{f.document_id}/",
        "Imprimer la facture d’origine": f"/factures/{f.pk}/facture.pdf",
        "Passer l’avoir en remboursement": f"/documents/{note.document_id}/rembourser/",
        "Utiliser l’avoir sur une future échéance": f"/documents/{note.document_id}/utiliser/",
        "Annuler l’avoir": f"/avoirs/{note.pk}/annuler/",
    }


def test_what_its_state_or_the_role_does_not_allow_is_there_with_the_reason(desk, roux, f):
    note = credit_note(roux, today(), "30")
    use(note, f, "30", today())

    told_acts = acts(page(desk, f"/documents/{note.document_id}/"))

    assert told_acts["Voir la facture d’origine"] == "c’est un avoir global"
    assert told_acts["Passer l’avoir en remboursement"] == "réservé au rôle Comptable"
    assert told_acts["Utiliser l’avoir sur une future échéance"] == "il n’en reste rien"
    assert told_acts["Annuler l’avoir"] == "il est utilisé ou réservé, au moins en partie"


def test_a_reserved_credit_note_says_so(client, roux):
    boss = at_work(client, role=Role.ACCOUNTANT)
    note = credit_note(roux, today(), "30")
    reserve_credit(client=roux, credit=main_item(note).pk, amount=euros("30"), op=op(today()))

    html = page(boss, "/clients/ROUX/avoirs/")

    assert cells(html, "Statut") == ["À utiliser Réservé"]
    assert acts(html)["Passer l’avoir en remboursement"] == "il est réservé pour la prochaine facture"


def send(desk, note):
    response = desk.post(f"/avoirs/{note.pk}/annuler/", {"key": str(uuid4())})
    return response, squeezed(response.content.decode())


def test_an_unused_credit_note_is_cancelled_by_a_document_with_its_own_number(desk, roux, f):
    note = credit_on(f, today(), "30")
    assert f"Annuler l’avoir {note}" in page(desk, f"/avoirs/{note.pk}/annuler/")

    response, _ = send(desk, note)

    note.refresh_from_db()
    assert response["Location"] == f"/documents/{note.cancelled_by.document_id}/"
    assert told(roux, today(), credit="0", unpaid="100", invoiced="100")
    html = page(desk, f"/documents/{note.document_id}/")
    assert "Annulé par la facture" in html
    assert acts(html)["Annuler l’avoir"] == "l’avoir est annulé"


def test_a_used_credit_note_is_not_cancelled(desk, roux, f):
    note = credit_note(roux, today(), "1000")
    use(note, invoice(roux, today(), "300"), "300", today())

    response, html = send(desk, note)

    assert response.status_code == 422
    assert "300,00\u00a0€ utilisés" in html


def test_each_status_finds_the_credit_notes_that_have_it(roux, f):
    draft_credit(invoice=f, op=op(today()))
    notes = [credit_note(roux, today(), "30") for _ in range(4)]
    use(notes[0], f, "30", today())
    use(notes[1], f, "10", today())
    cancel(notes[2], today())

    listed = {row.pk: row.status for row in with_left(all_credit_notes())}
    found = {code: {note.pk for note in notes_in_state(CreditNote.objects.all(), code)} for code in STATUSES}

    assert found == {code: {pk for pk, status in listed.items() if status == code} for code in STATUSES}
    assert set(listed.values()) == set(STATUSES)


def test_all_credit_notes_are_listed_filtered_added_up_and_exported(desk, roux, f):
    on_invoice = credit_on(f, today(), "30")
    delmas = a_client("DELMAS", name="M. Delmas")
    free = credit_note(delmas, today(), "50")
    use(free, invoice(delmas, today(), "20"), "20", today())

    html = page(desk, "/avoirs/")

    assert cells(html, "Numéro") == [str(free), str(on_invoice)]
    assert column(html, "Reste à utiliser") == [30, 30]
    foot = text_of(html[html.index('<dl class="totals"') :].split("</dl>")[0])
    assert foot == "2 avoirs\u00a0: montant TTC 80,00\u00a0€ Reste à utiliser 60,00\u00a0€"
    for query, found in (
        ("q=delmas", [free]),
        ("origin=global", [free]),
        ("origin=facture", [on_invoice]),
        ("status=part_used", [free]),
        ("status=to_use", [on_invoice]),
        ("ttc_min=40", [free]),
        (f"since={today().isoformat()}&sort=ttc", [on_invoice, free]),
    ):
        assert cells(page(desk, f"/avoirs/?{query}"), "Numéro") == [str(note) for note in found], query
    text = b"".join(desk.get("/avoirs/export/csv/?q=roux")).decode("utf-8-sig")
    (row,) = csv.DictReader(StringIO(text), delimiter=";")
    assert (row["Numéro"], row["Sur la facture"], row["Reste à utiliser"]) == (str(on_invoice), str(f), "30,00")
    assert desk.get("/avoirs/export/xlsx/?ttc_min=douze").status_code == 404
