"""Drafts of credit notes on their pages: on an invoice, of an amount, global; and their automatic settlement."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from credits.models import CreditNote
from credits.services import Credited, change_credit, draft_credit, settles_at_validation
from office.clock import today
from office.models import Event, Role
from tests.builders import a_client, credit_on, invoice, invoice_visits, left, line, told, visit
from tests.desk import op
from tests.invoicing.test_editor import rows
from tests.pages import at_work, cells, squeezed, total

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    return at_work(client)


@pytest.fixture
def roux():
    return a_client("ROUX", name="Mme Roux")


def page(desk, path):
    response = desk.get(path)
    assert response.status_code == 200
    return squeezed(response.content.decode())


def send(desk, path, **data):
    response = desk.post(path, {"key": str(uuid4()), **data})
    return response, squeezed(response.content.decode())


def credit_rows(note, *told, **more):
    """The rows of the editor: of each line a quantity, an amount, and whether it is taken out."""
    stored = list(note.lines.order_by("position"))
    data = {"lines-TOTAL_FORMS": str(len(stored)), "lines-INITIAL_FORMS": str(len(stored))}
    for rank, (of, (quantity, amount, *out)) in enumerate(zip(stored, told, strict=True)):
        data |= {f"lines-{rank}-line": str(of.invoice_line_id)}
        data |= {f"lines-{rank}-quantity": quantity, f"lines-{rank}-amount": amount}
        data |= {f"lines-{rank}-DELETE": "on"} if out else {}
    return data | {"version": str(note.version)} | more


def drafted(desk, f, **data):
    response, _ = send(desk, f"/factures/{f.pk}/avoir/", **data)
    note = CreditNote.objects.get(document=None)
    assert response["Location"] == f"/avoirs/{note.pk}/modifier/"
    return note


def validate(desk, note):
    note.refresh_from_db()
    response, _ = send(desk, f"/avoirs/{note.pk}/valider/", version=str(note.version))
    note.refresh_from_db()
    assert response["Location"] == f"/documents/{note.document_id}/"


def test_each_invoice_of_the_tab_has_its_lightning_button(desk, roux):
    f = invoice(roux, today(), "50")
    gone = invoice(roux, today(), "20")
    credit_on(gone, today())

    html = page(desk, "/clients/ROUX/factures/")

    assert f'href="/factures/{f.pk}/avoir/" data-window' in html
    assert f'href="/factures/{gone.pk}/avoir/" data-window' not in html


def test_the_draft_has_all_lines_then_what_is_left_of_them_is_validated(desk, roux):
    f = invoice(roux, today(), line("50", label="Soin"), line("30", label="Vaccin"), line("20", label="Frais"))
    note = drafted(desk, f)
    assert [one.ttc.amount for one in note.lines.order_by("position")] == [50, 30, 20]

    told_rows = credit_rows(note, ("1", "50,00"), ("1", "10"), ("1", "20,00", "out"))
    response, _ = send(desk, f"/avoirs/{note.pk}/modifier/", **told_rows)

    assert response["Location"] == f"/avoirs/{note.pk}/"
    html = page(desk, response["Location"])
    assert cells(html, "Désignation") == ["Soin", "Vaccin"]
    assert total(html) == Decimal(60)
    assert told(roux, today(), credit="0")
    validate(desk, note)
    assert told(roux, today(), credit="60", unpaid="100", balance="-40")


def test_a_quantity_that_is_changed_alone_decides_on_the_amount(desk, roux):
    f = invoice(roux, today(), line("100", quantity="5"), line("500"))
    note = drafted(desk, f)

    send(desk, f"/avoirs/{note.pk}/modifier/", **credit_rows(note, ("1", "500,00"), ("0", "500,00")))
    validate(desk, note)

    assert told(roux, today(), credit="100")
    again = drafted(desk, f)
    assert again.ttc.amount == 900
    validate(desk, again)
    assert send(desk, f"/factures/{f.pk}/avoir/")[0].status_code == 422


def test_returns_never_exceed_what_was_sold(desk, roux):
    f = invoice(roux, today(), line("10", quantity="3"))
    note = drafted(desk, f)
    send(desk, f"/avoirs/{note.pk}/modifier/", **credit_rows(note, ("2", "")))
    validate(desk, note)
    second = drafted(desk, f)

    response, html = send(desk, f"/avoirs/{second.pk}/modifier/", **credit_rows(second, ("2", "")))

    assert response.status_code == 422
    assert "Il reste 1 à créditer sur cette ligne." in html
    assert 'value="2"' in html


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("1", "60,00"), "Il reste 50,00 à créditer."),
        (("1", "-10"), "Indiquez ce qui est à créditer."),
        (("-1", ""), "Indiquez ce qui est à créditer."),
        (("deux", ""), "deux"),
        (("", ""), "Indiquez ce qui est à créditer."),
        (("1", "50", "out"), "Indiquez ce qui est à créditer."),
    ],
)
def test_what_cannot_be_credited_is_told_and_nothing_saved(desk, roux, row, message):
    f = invoice(roux, today(), "50")
    note = drafted(desk, f)

    response, html = send(desk, f"/avoirs/{note.pk}/modifier/", **credit_rows(note, row))

    assert response.status_code == 422
    assert message in html
    assert note.lines.get().ttc.amount == 50


def test_a_line_of_another_invoice_is_refused(desk, roux):
    note = drafted(desk, invoice(roux, today(), "50"))
    other = invoice(roux, today(), "50").lines.get()

    forged = credit_rows(note, ("1", "50")) | {"lines-0-line": str(other.pk)}
    response, html = send(desk, f"/avoirs/{note.pk}/modifier/", **forged)

    assert response.status_code == 422
    assert "Choisissez des lignes de la facture." in html


def test_of_two_who_edit_a_draft_the_second_is_told(desk, roux):
    f = invoice(roux, today(), "50")
    note = drafted(desk, f)
    seen = credit_rows(note, ("1", "20"))
    change_credit(note=note, chosen=[Credited(f.lines.get(), ttc=Decimal(30))], op=op(today()))

    response, html = send(desk, f"/avoirs/{note.pk}/modifier/", **seen)

    assert response.status_code == 422
    assert "Un autre utilisateur a modifié" in html
    note.refresh_from_db()
    assert note.ttc.amount == 30


def test_of_two_drafts_the_second_to_go_too_far_is_refused_as_it_is_validated(desk, roux):
    f = invoice(roux, today(), "50")
    first, second = (draft_credit(invoice=f, op=op(today())) for _ in range(2))
    validate(desk, first)

    response, html = send(desk, f"/avoirs/{second.pk}/valider/", version="1")

    assert response.status_code == 422
    assert "Il reste 0,00 à créditer." in html
    assert told(roux, today(), credit="50")


@pytest.mark.parametrize(("answer", "waits"), [("ok", "100"), ("keep", "0")])
def test_only_the_visits_whose_lines_are_credited_are_to_invoice_again(desk, roux, answer, waits):
    first, second = (visit(roux, today(), line("100")) for _ in range(2))
    f = invoice_visits(today(), first, second)
    note = drafted(desk, f, visits=answer)
    about = {"frees_visits": "on"} if note.frees_visits else {}

    data = credit_rows(note, ("1", "100,00"), ("1", "100,00", "out"), **about)
    send(desk, f"/avoirs/{note.pk}/modifier/", **data)
    validate(desk, note)

    assert told(roux, today(), credit="100", to_invoice=waits)


def test_a_draft_is_thrown_away(desk, roux):
    note = drafted(desk, invoice(roux, today(), "50"))

    response, _ = send(desk, f"/avoirs/{note.pk}/supprimer/")

    assert response["Location"] == "/clients/ROUX/avoirs/"
    assert not CreditNote.objects.exists()


def test_an_amount_is_credited_at_once_with_the_vat_of_the_invoice(desk, roux):
    f = invoice(roux, today(), line("100"), line("20", rate="5.5"))

    response, _ = send(desk, f"/factures/{f.pk}/avoir-montant/", amount="60")

    note = CreditNote.objects.get()
    assert response["Location"] == f"/documents/{note.document_id}/"
    assert {cell.rate for cell in note.taxes.all()} == {Decimal(20), Decimal("5.5")}
    assert told(roux, today(), credit="60", unpaid="120")


@pytest.mark.parametrize("amount", ["0", "-5", "120,01", "douze", "1,005", ""])
def test_an_amount_that_cannot_be_credited_is_refused(desk, roux, amount):
    f = invoice(roux, today(), "120")

    response, html = send(desk, f"/factures/{f.pk}/avoir-montant/", amount=amount)

    assert response.status_code == 422
    assert 'id="id_amount_error"' in html or "field__error" in html
    assert not CreditNote.objects.exists()


def globally(*lines, **fields):
    head = {"contract": "", "period_start": "", "period_end": ""}
    return {**head, **rows(*lines), **fields}


def test_a_global_credit_note_is_drafted_edited_and_validated(desk, roux):
    path = "/clients/ROUX/avoirs/nouveau/"
    html = page(desk, path)
    assert 'data-key="m"' in html
    assert "data-line-pick" in html

    response, _ = send(desk, path, **globally(("Geste commercial", "1", "30,00")))
    note = CreditNote.objects.get()
    assert response["Location"] == f"/avoirs/{note.pk}/"
    changed = globally(("Geste commercial", "1", "40,00"), version="1")
    response, _ = send(desk, f"/avoirs/{note.pk}/modifier/", **changed)
    assert response.status_code == 302
    validate(desk, note)

    assert told(roux, today(), credit="40", balance="40")


def test_lines_of_both_signs_are_refused_beside_the_line(desk, roux):
    data = globally(("Remise", "2", "100,00"), ("Retour", "-1", "100,00"))

    response, html = send(desk, "/clients/ROUX/avoirs/nouveau/", **data)

    assert response.status_code == 422
    assert "La ligne 2 est négative (-100,00) alors que d’autres sont positives." in html.replace("\u2212", "-")
    assert not CreditNote.objects.exists()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "Pour un professionnel, indiquez les factures"),
        ({"contract": "CT-1"}, "Pour un professionnel, indiquez les factures"),
        ({"contract": "CT-1", "period_start": "2026-01-01"}, "Indiquez les deux dates de la période."),
        (
            {"contract": "CT-1", "period_start": "2026-02-01", "period_end": "2026-01-01"},
            "La période finit avant de commencer.",
        ),
    ],
)
def test_a_professional_is_told_what_the_credit_note_refers_to(desk, fields, message):
    a_client("PRO", name="SARL Pro", nature="company")

    response, html = send(desk, "/clients/PRO/avoirs/nouveau/", **globally(("Remise", "1", "10,00"), **fields))

    assert response.status_code == 422
    assert message in html
    assert not CreditNote.objects.exists()


def test_a_professional_s_credit_note_names_its_invoices_or_a_contract_and_period(desk):
    pro = a_client("PRO", name="SARL Pro", nature="company")
    f = invoice(pro, today(), "50")
    path = "/clients/PRO/avoirs/nouveau/"

    send(desk, path, **globally(("Remise", "1", "10,00")), reduces=str(f.pk))
    period = {"contract": "CT-1", "period_start": "2026-01-01", "period_end": "2026-01-31"}
    send(desk, path, **globally(("Remise", "1", "10,00"), **period))

    first, second = CreditNote.objects.order_by("pk")
    assert [one.pk for one in first.reduces.all()] == [f.pk]
    assert (second.contract, second.period_end.isoformat()) == ("CT-1", "2026-01-31")


def test_an_invoice_of_another_client_is_not_reduced(desk, roux):
    f = invoice(a_client("AUTRE"), today(), "50")

    response, _ = send(desk, "/clients/ROUX/avoirs/nouveau/", **globally(("Remise", "1", "10")), reduces=str(f.pk))

    assert response.status_code == 422
    assert not CreditNote.objects.exists()


def test_a_passer_by_s_global_credit_note_opens_a_party(desk):
    walk_in = a_client("PASSAGE", walk_in=True)

    response, _ = send(
        desk, f"/clients/{walk_in.code}/avoirs/nouveau/", **globally(("Remise", "1", "10")), party_name="Mme Martin"
    )

    assert response.status_code == 302
    assert CreditNote.objects.get().party.name == "Mme Martin"


def test_the_setting_settles_what_is_validated(client, roux):
    boss = at_work(client, role=Role.ADMINISTRATOR)
    path = "/parametres/valeurs-par-defaut/fiche-client/"
    assert "Solder avoir automatiquement à la validation" in page(boss, path)

    send(boss, path, settles="oui")

    assert settles_at_validation(today())
    f = invoice(roux, today() - timedelta(days=3), "50")
    send(boss, f"/factures/{f.pk}/avoir-montant/", amount="30")
    assert left(f) == 20
    assert told(roux, today(), credit="0", unpaid="20")
    assert Event.objects.filter(kind=Event.Kind.SETTINGS).exists()
    assert not settles_at_validation(today() - timedelta(days=1))


def test_a_validated_credit_note_has_no_draft_pages(desk, roux):
    note = credit_on(invoice(roux, today(), "50"), today())

    for name in ("", "modifier/"):
        assert desk.get(f"/avoirs/{note.pk}/{name}")["Location"] == f"/documents/{note.document_id}/"


def test_the_editor_tells_what_the_credit_note_would_come_to_and_saves_nothing(desk, roux):
    f = invoice(roux, today(), line("10.00", quantity="5"), line("30.00"))
    note = drafted(desk, f)
    path = f"/avoirs/{note.pk}/modifier/"

    _, some = send(desk, path, action="preview", **credit_rows(note, ("2", ""), ("1", "12,50")))
    _, less = send(desk, path, action="preview", **credit_rows(note, ("2", ""), ("1", "30,00", "out")))
    answer, wrong = send(desk, path, action="preview", **credit_rows(note, ("6", ""), ("1", "30,00")))

    assert (total(some), total(less)) == (Decimal("32.50"), Decimal("20.00"))
    assert (answer.status_code, "<dd>à corriger</dd>" in wrong) == (200, True)
    note.refresh_from_db()
    assert (note.version, note.ttc.amount) == (1, 80)
