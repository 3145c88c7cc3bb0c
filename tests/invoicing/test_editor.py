"""Recording and changing visits, drafts and their issue, on their pages."""

import re
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from clients.models import Client
from clients.services import Details, open_client
from invoicing.models import Invoice, Visit
from invoicing.services import change_draft, change_visit, draft_lines, record_visit
from ledger.balance import balance_of
from ledger.models import Party
from office.clock import today
from office.models import Company
from tests.desk import line, op
from tests.pages import at_work, cells, squeezed

pytestmark = pytest.mark.django_db

FIELDS = ("label", "quantity", "unit_price", "discount", "vat_rate")


@pytest.fixture
def roux() -> Client:
    return open_client(Details("Mme Roux", code="ROUX"))


@pytest.fixture
def desk(client):
    return at_work(client)


def rows(*lines: tuple[str, ...], initial: int = 0, **more: str) -> dict[str, str]:
    """The lines of an editor as they are sent: label, quantity, price, discount, rate."""
    told = {"lines-TOTAL_FORMS": str(len(lines)), "lines-INITIAL_FORMS": str(initial)}
    for rank, told_line in enumerate(lines):
        values = dict(zip(FIELDS, (*told_line, *("", "1", "", "", "20")[len(told_line) :]), strict=True))
        told |= {f"lines-{rank}-{name}": value for name, value in values.items()}
        told |= {f"lines-{rank}-nature": "service", f"lines-{rank}-ORDER": str(rank + 1)}
    return told | more


def a_visit(*lines: tuple[str, ...], **fields: str) -> dict[str, str]:
    head = {"kind": "consultation", "day": today().isoformat(), "progress": "finished", "key": str(uuid4())}
    return {**head, **rows(*lines), **fields}


def send(desk, path: str, data: dict[str, str]):
    response = desk.post(path, data)
    return response, squeezed(response.content.decode())


def test_a_visit_is_recorded_with_its_lines_in_the_order_of_their_ranks(desk, roux):
    told = a_visit(
        ("Consultation", "1", "42,00"), ("Vermifuge", "1,5", "7,00", "10", "5.5"), subject="Gaufrette", key=str(uuid4())
    )
    told |= {"lines-0-ORDER": "2", "lines-1-ORDER": "1"}

    response, _ = send(desk, "/clients/ROUX/visites/nouvelle/", told)
    again, _ = send(desk, "/clients/ROUX/visites/nouvelle/", told)  # a double click

    visit = Visit.objects.get()
    assert response.url == again.url == f"/visites/{visit.pk}/"
    assert (visit.subject, visit.day) == ("Gaufrette", today())
    first, second = visit.lines.order_by("position")
    assert (first.label, first.quantity, first.unit_price, first.discount, first.vat_rate) == (
        *("Vermifuge", Decimal("1.5"), Decimal(7), Decimal(10)),
        Decimal("5.5"),
    )
    assert (second.label, second.account_id) == ("Consultation", "706")
    assert balance_of(roux.account, today=today()).to_invoice.amount == Decimal("51.45")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (("Soin", "0", "42,00"), "Une quantité ne peut pas être 0"),
        (("Soin", "1,23456", "42,00"), "a plus de 4 décimales"),
        (("Soin", "1", "42,1234567"), "a plus de 6 décimales"),
        (("Soin", "1", "-42,00"), "Un prix ne peut pas être négatif"),
        (("Soin", "1", "quarante"), "n’est pas un montant"),
        (("Soin", "1", ""), "Ce champ est obligatoire"),
        (("", "1", "42,00"), "Ce champ est obligatoire"),
        (("Soin", "1", "42,00", "101"), "Une remise est entre 0 et 100"),
        (("Soin", "1", "42,00", "", "19.6"), "Choisissez"),
        (("Soin", "99999999", "9999999999,99"), "dépasse le plus grand montant possible"),
        (("Soin", "100000000", "0,01"), "Cette quantité est trop grande"),
    ],
)
def test_a_wrong_line_is_told_beside_its_field_and_nothing_is_saved(desk, roux, sent, said):
    response, html = send(desk, "/clients/ROUX/visites/nouvelle/", a_visit(sent))

    assert response.status_code == 422
    assert squeezed(said) in html
    assert "Lignes\u00a0: corrigez ce qui est signalé." in html
    assert not Visit.objects.exists()
    if sent[0]:
        assert f" {sent[0]}</textarea>" in html


def test_a_visit_to_come_and_one_without_its_words_are_refused(desk, roux):
    tomorrow = (today() + timedelta(days=1)).isoformat()

    response, html = send(desk, "/clients/ROUX/visites/nouvelle/", a_visit(("Soin", "1", "5"), day=tomorrow))
    assert (response.status_code, "datée d’un jour à venir" in html) == (422, True)

    nonsense = a_visit(("Soin", "1", "5"), day="31/02/2026", kind="rien", site="x")
    nonsense["lines-0-nature"], nonsense["lines-0-account"] = "x", "411"
    response, html = send(desk, "/clients/ROUX/visites/nouvelle/", nonsense)
    assert response.status_code == 422
    assert not Visit.objects.exists()


def test_lines_that_can_not_be_counted_are_refused_whole(desk, roux):
    for total in ("x", "", "501"):
        response, _ = send(
            desk, "/clients/ROUX/visites/nouvelle/", a_visit(("Soin", "1", "5"), **{"lines-TOTAL_FORMS": total})
        )
        assert response.status_code == 422
    assert not Visit.objects.exists()


def test_blank_lines_and_those_taken_out_are_none(desk, roux):
    told = a_visit(("Soin", "1", "5,00"), ("", "1", ""), ("Faux", "x", "x"), **{"lines-2-DELETE": "on"})

    send(desk, "/clients/ROUX/visites/nouvelle/", told)

    assert [row.label for row in Visit.objects.get().lines.all()] == ["Soin"]


def test_a_passer_by_gives_a_name_or_is_there_already(desk):
    walk_in = open_client(Details("Client passager", code="PASSAGE", walk_in=True))
    path = "/clients/PASSAGE/visites/nouvelle/"

    response, html = send(desk, path, a_visit(("Soin", "1", "5,00"), party_name=" "))
    assert (response.status_code, "Indiquez le nom du client passager" in html) == (422, True)

    send(desk, path, a_visit(("Soin", "1", "5,00"), party_name="M. Dupont"))
    party = Party.objects.get(account=walk_in.account)
    send(desk, path, a_visit(("Soin", "1", "6,00"), party=str(party.pk)))
    assert Party.objects.count() == 1
    assert {visit.party for visit in Visit.objects.all()} == {party}


def test_a_visit_is_changed_from_its_page(desk, roux):
    visit = record_visit(client=roux, day=today(), lines=[line("60.00")], op=op(today()))
    path = f"/visites/{visit.pk}/modifier/"
    assert 'value="60,00"' in squeezed(desk.get(path).content.decode())

    send(desk, path, a_visit(("Acte", "1", "60,00"), ("Soin", "2", "3,00"), kind="sale", version="1"))

    visit.refresh_from_db()
    assert (visit.kind, visit.version) == ("sale", 2)
    assert balance_of(roux.account, today=today()).to_invoice.amount == 66


def test_who_saves_second_sees_both_versions(desk, roux):
    visit = record_visit(client=roux, day=today(), lines=[line("60.00")], op=op(today()))
    change_visit(visit=visit, lines=[line("61.00")], op=op(today()))

    told = a_visit(("Acte", "1", "62,00"), version="1")
    response, html = send(desk, f"/visites/{visit.pk}/modifier/", told)

    assert response.status_code == 422
    assert "Un autre utilisateur a modifié" in html
    assert "61,00\u00a0€" in html  # what is there
    assert 'value="62,00"' in html  # what was typed
    assert 'name="version" value="2"' in html
    response, _ = send(desk, f"/visites/{visit.pk}/modifier/", told | {"version": "2", "key": str(uuid4())})
    assert response.status_code == 302
    assert visit.lines.get(is_removed=False).unit_price == 62


def test_the_total_follows_what_is_typed(desk, roux):
    told = rows(("Soin", "3", "3,33"), ("Faux", "x", "1"), ("Repas", "10", "3,80", "", "5.5"), ttc="1", currency="EUR")

    _, html = send(desk, "/lignes/total/", told)

    for place, amount in enumerate(["9,99\u00a0€", "", "38,00\u00a0€"]):
        assert re.search(f'id="lines-{place}-amount" hx-swap-oob="true" ?> ?{amount} ?</span>', html)
    for amount in ("44,34\u00a0€", "1,67\u00a0€", "1,98\u00a0€", "47,99\u00a0€"):
        assert f"<dd>{amount}</dd>" in html
    _, html = send(desk, "/lignes/total/", told | {"ttc": "0"})
    assert "<dd>9,99\u00a0€</dd>" not in html
    assert "<dd>52,08\u00a0€</dd>" in html  # 9.99 + 2.00 and 38.00 + 2.09


def test_the_button_facture_makes_a_draft_that_is_issued_in_instalments(desk, roux):
    visit = record_visit(client=roux, day=today(), lines=[line("100.00")], op=op(today()))

    response, _ = send(desk, f"/visites/{visit.pk}/facturer/", {"key": str(uuid4())})
    draft = Invoice.objects.get()
    assert response.url == f"/factures/{draft.pk}/"
    html = squeezed(desk.get(f"/visites/{visit.pk}/").content.decode())
    assert f'<a href="/factures/{draft.pk}/">Brouillon</a>' in html
    assert cells(squeezed(desk.get(response.url).content.decode()), "Montant TTC") == ["100,00\u00a0€"]

    told = {"day": today().isoformat(), "terms": "instalments", "count": "3", "version": "1", "key": str(uuid4())}
    told |= {"dues-TOTAL_FORMS": "0", "dues-INITIAL_FORMS": "0"}
    _, html = send(desk, f"/factures/{draft.pk}/echeances/", told)
    assert html.count("33,33\u00a0€ le") == 2
    assert html.count("33,34\u00a0€ le") == 1
    first, _ = send(desk, f"/factures/{draft.pk}/emettre/", told)
    second, _ = send(desk, f"/factures/{draft.pk}/emettre/", told)

    draft.refresh_from_db()
    assert first.url == second.url == f"/documents/{draft.document_id}/"
    assert [part.amount.amount for part in draft.instalments.order_by("rank")] == [
        *(Decimal("33.33"), Decimal("33.33"), Decimal("33.34"))
    ]
    for path in ("", "modifier/", "emettre/"):
        assert desk.get(f"/factures/{draft.pk}/{path}").url == f"/documents/{draft.document_id}/"


def test_who_pays_at_once_is_led_to_a_payment_that_is_filled_in(desk, roux):
    draft = draft_lines(client=roux, lines=[line("100.00")], op=op(today()))

    response, _ = send(desk, f"/factures/{draft.pk}/emettre/", issuing(draft, pays_now="on"))

    draft.refresh_from_db()
    item = draft.document.items.get().pk
    assert response.url == f"/reglements/nouveau/?client={roux.code}&item={item}"
    assert 'value="100,00"' in desk.get(response.url).content.decode()


def issuing(draft: Invoice, *dues: tuple[str, str], **fields: str) -> dict[str, str]:
    told = {"day": today().isoformat(), "terms": "free" if dues else "receipt", "version": str(draft.version)}
    told |= {"key": str(uuid4()), "dues-TOTAL_FORMS": str(len(dues)), "dues-INITIAL_FORMS": "0"}
    for rank, (due, amount) in enumerate(dues):
        told |= {f"dues-{rank}-due": due, f"dues-{rank}-amount": amount}
    return told | fields


@pytest.mark.parametrize(
    ("dues", "fields", "said"),
    [
        ([("2099-01-01", "40")], {}, "il manque 20,00"),
        ([("2099-01-01", "40"), ("2020-01-01", "20")], {}, "est avant la date de la pièce"),
        ([("2099-01-01", "-60")], {}, "doit être d’un montant positif"),
        ([("2099-13-01", "60")], {}, "Cette date n’existe pas"),
        ([("2099-01-01", "60,001")], {}, "a plus de 2 décimales"),
        ([], {"terms": "free"}, "Écrivez les échéances"),
        ([], {"terms": "instalments", "count": ""}, "Indiquez le nombre d’échéances"),
        ([], {"terms": "instalments", "count": "0"}, "supérieur"),
        ([], {"day": "2099-01-01"}, "La date ne peut pas être après le"),
        ([], {"day": ""}, "Ce champ est obligatoire"),
        ([], {"key": "x"}, "Ce formulaire a perdu sa clé"),
    ],
)
def test_what_can_not_be_issued_is_told_and_stays_a_draft(desk, roux, dues, fields, said):
    draft = draft_lines(client=roux, lines=[line("60.00")], op=op(today()))

    response, html = send(desk, f"/factures/{draft.pk}/emettre/", issuing(draft, *dues, **fields))

    assert response.status_code == 422
    assert squeezed(said) in html
    draft.refresh_from_db()
    assert draft.document_id is None


def test_a_free_schedule_is_kept_as_it_was_written(desk, roux):
    draft = draft_lines(client=roux, lines=[line("60.00")], op=op(today()))

    send(desk, f"/factures/{draft.pk}/emettre/", issuing(draft, ("2099-02-01", "20"), ("2099-01-01", "40")))

    assert [f"{part.due} {part.amount.amount}" for part in draft.instalments.order_by("rank")] == [
        *("2099-01-01 40.00", "2099-02-01 20.00")
    ]


def test_a_draft_that_somebody_changed_is_not_issued_unseen(desk, roux):
    draft = draft_lines(client=roux, lines=[line("60.00")], op=op(today()))
    told = issuing(draft)
    change_draft(invoice=draft, lines=[(line("61.00"), None)], op=op(today()))

    response, html = send(desk, f"/factures/{draft.pk}/emettre/", told)

    assert (response.status_code, "Un autre utilisateur a modifié" in html) == (422, True)
    assert 'name="version" value="2"' in html


def test_a_draft_is_edited_and_thrown_away(desk, roux):
    Company.objects.update_or_create(pk=1, defaults={"name": "Clinique", "prices_include_vat": False})
    response, _ = send(desk, "/clients/ROUX/factures/nouvelle/", {**rows(("Soin", "1", "10,00")), "key": str(uuid4())})
    draft = Invoice.objects.get()
    assert response.url == f"/factures/{draft.pk}/"
    assert "12,00\u00a0€" in desk.get(response.url).content.decode()
    path, key = f"/factures/{draft.pk}/modifier/", draft.lines.get().pk

    told = rows(("Soin", "2", "10,00"), ("Texte", "1", "0"), initial=1, version="1", key=str(uuid4()))
    told["purchase_order"] = "BC-2026-17"
    response, _ = send(desk, path, told | {"lines-0-key": str(key)})
    assert response.status_code == 302
    assert "Bon de commande BC-2026-17" in desk.get(f"/factures/{draft.pk}/").content.decode()
    assert 'value="BC-2026-17"' in desk.get(path).content.decode()
    assert [(row.pk == key, row.quantity) for row in draft.lines.order_by("position")] == [(True, 2), (False, 1)]
    response, html = send(desk, path, rows(initial=0, version="2", key=str(uuid4())))
    assert (response.status_code, "Il n’y a rien à facturer" in html) == (422, True)

    response, _ = send(desk, f"/factures/{draft.pk}/supprimer/", {"key": "x"})
    assert (response.status_code, Invoice.objects.count()) == (422, 1)
    response, _ = send(desk, f"/factures/{draft.pk}/supprimer/", {"key": str(uuid4())})
    assert (response.url, Invoice.objects.count()) == ("/clients/ROUX/factures/", 0)


def test_each_invoice_of_a_list_has_a_menu_of_its_own(desk, roux):
    draft = draft_lines(client=roux, lines=[line("60.00")], op=op(today()))
    other = draft_lines(client=roux, lines=[line("10.00")], op=op(today()))

    html = squeezed(desk.get("/clients/ROUX/factures/").content.decode())

    assert cells(html, "Total TTC") == ["10,00\u00a0€", "60,00\u00a0€"]
    for invoice in (draft, other):
        assert html.count(f'popovertarget="invoice-{invoice.pk}"') == html.count(f'id="invoice-{invoice.pk}"') == 1
        menu = html[html.index(f'id="invoice-{invoice.pk}"') :]
        assert menu.index(f'href="/factures/{invoice.pk}/facture.pdf"') < menu.index("</ul>")
