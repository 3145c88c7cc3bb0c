"""The pages that link a bank transaction, point it and free it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from ledger.models import Operation
from ledger.queries import items_of
from payments.models import Incident, Payment
from payments.services import deposit_payments
from tests.builders import a_client, invoice, left, pay
from tests.factories import op
from tests.pages import cells, text_of
from tests.payments.bank_lines import DAY, a_bank, a_line, link, live, point

pytestmark = pytest.mark.django_db


def test_the_page_links_with_what_it_proposes(books):
    client = a_client("C-1", name="Delmas")
    f = invoice(client, DAY, "100")
    line = a_line("100", f"VIR DELMAS {f.document.reference}")

    page = text_of(books.get(reverse("bank_line", args=[line.pk])).content.decode())
    address = f"{reverse('bank_link', args=[line.pk])}?client=C-1"
    form = books.get(address).context["form"]
    item = items_of(f.document)[0].pk
    filled = {row.item.pk: row["amount"].value() for row in form.rows}
    answer = books.post(address, {"key": str(uuid4()), "type": "transfer", "site": "", f"item-{item}": filled[item]})

    assert f"{f.document.reference}, nom, montant exact" in page
    assert filled == {item: "100,00"}
    assert answer.status_code == 302
    assert left(f) == 0
    assert "Délier annule le règlement" in text_of(books.get(reverse("bank_line", args=[line.pk])).content.decode())


@pytest.mark.parametrize(
    ("typed", "said"),
    [("100,01", "reste dû 100,00"), ("60,00", "Il manque"), ("-1,00", "Ce montant doit être positif.")],
)
def test_a_faulty_form_comes_back_filled_in_and_nothing_is_saved(books, typed, said):
    client = a_client("C-1", name="Delmas")
    f = invoice(client, DAY, "100")
    line = a_line("50", "VIR DELMAS")
    item = items_of(f.document)[0].pk

    answer = books.post(
        f"{reverse('bank_link', args=[line.pk])}?client=C-1",
        {"key": str(uuid4()), "type": "transfer", "site": "", f"item-{item}": typed},
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert f'value="{typed}"' in page
    assert not Payment.objects.exists()


def test_one_form_sent_twice_links_once(books):
    client = a_client("C-1", name="Delmas")
    line = a_line("50", "VIR DELMAS")
    sent = {"key": str(uuid4()), "type": "transfer", "site": ""}
    address = f"{reverse('bank_link', args=[line.pk])}?client={client.code}"

    answers = [books.post(address, sent).status_code for _ in range(2)]

    assert (answers, Payment.objects.count()) == ([302, 302], 1)


def test_pointing_unlinking_and_bouncing_on_their_pages(books):
    client = a_client("C-1", name="Delmas")
    payment = pay(client, DAY, "80", by="direct_debit")
    line, back = a_line("80", "PRLV"), a_line("-80", "REJET PRLV DELMAS", day=DAY + timedelta(days=3))

    books.post(reverse("bank_point", args=[line.pk]), {"key": str(uuid4()), "documents": [payment.document_id]})
    assert len(live(line)) == 1
    books.post(reverse("bank_unlink", args=[line.pk]), {"key": str(uuid4())})
    assert live(line) == []
    address = f"{reverse('bank_bounced', args=[back.pk])}?payment={payment.pk}"
    wrong = books.post(address, {"key": str(uuid4()), "reason": "rejected_debit", "fee": "-1"})
    right = books.post(address, {"key": str(uuid4()), "reason": "rejected_debit", "fee": "15,00"})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert Incident.objects.get().fee.amount == 15


def test_forged_keys_are_refused(books):
    line = a_line("50")

    answers = [
        books.post(reverse("bank_point", args=[line.pk]), {"key": str(uuid4()), "documents": ["9" * 30]}),
        books.post(reverse("bank_point", args=[line.pk]), {"key": str(uuid4()), "documents": ["999"]}),
        books.post(reverse("bank_point", args=[line.pk]), {"documents": ["x"]}),
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert live(line) == []
    assert books.get(f"{reverse('bank_bounced', args=[line.pk])}?payment=x").status_code == 404
    assert books.get(f"{reverse('bank_link', args=[line.pk])}?client=nobody").status_code == 404


def test_a_search_finds_another_client(books):
    a_client("C-1", name="Delmas")
    line = a_line("50")

    page = books.get(reverse("bank_line", args=[line.pk]), {"q": "delm"}).content.decode()

    assert f"{reverse('bank_link', args=[line.pk])}?client=C-1" in page


def test_a_slip_and_its_transaction_lead_to_each_other(books):
    cheques = [pay(a_client("C-1"), DAY, "30", by="cheque"), pay(a_client("C-2"), DAY, "51", by="cheque")]
    slip = deposit_payments(payments=cheques, bank=a_bank(), on=DAY, op=op(DAY, Operation.Kind.DEPOSIT))
    line = a_line("81", "REMISE CHEQUES")
    point(line, slip)

    line_page = books.get(reverse("bank_line", args=[line.pk])).content.decode()
    slip_page = books.get(reverse("deposit_detail", args=[slip.pk])).content.decode()

    assert f'href="{reverse("document", args=[slip.document_id])}"' in line_page
    assert f'<a href="{reverse("bank_line", args=[line.pk])}">REMISE CHEQUES</a>' in slip_page
    assert cells(slip_page, "Compte") == ["512 Banque", "5112 Chèques à encaisser"]


def test_the_label_of_a_client_leads_to_linking_it(books):
    client = a_client("C-1", name="Delmas")
    link(a_line("10", "VIR DELMAS"), client)
    line = a_line("20", "VIR INCONNU")
    address = reverse("bank_line_labels", args=[line.pk])

    page = books.get(f"{address}?q=delmas").content.decode()
    answer = books.post(address, {"new": "Delmas"})

    assert f'href="{reverse("bank_link", args=[line.pk])}?client=C-1"' in page
    assert answer.headers["Location"] == f"{reverse('bank_link', args=[line.pk])}?client=C-1"
    assert not line.labels.exists()
    assert text_of(books.get(answer.headers["Location"]).content.decode()).count("Relier à Delmas") == 1


@pytest.mark.parametrize("text", ["%00", "x" * 500, "%F0%9F%90%B1", "%27"])
def test_nonsense_finds_nobody(books, text):
    line = a_line("50")

    pages = [reverse(name, args=[line.pk]) for name in ("bank_line", "bank_line_labels")]

    assert [books.get(f"{page}?q={text}").status_code for page in pages] == [200, 200]
    assert books.get(f"{reverse('bank_link', args=[line.pk])}?client={text}").status_code in (302, 404)
