"""A client’s extract sent from its page: the figures of its PDF, kept once."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from clients.models import Mail
from office.clock import today
from statements.models import Statement
from tests.builders import pay
from tests.pages import at_work
from tests.papers import pages
from tests.statements.rounds import MARCH, a_server, owing, page


@pytest.mark.django_db
def test_an_extract_leaves_with_the_figures_of_its_pdf_and_is_kept_once(client):
    a_server()
    owing("C-1", "10", email="c1@exemple.fr")
    desk, query = at_work(client), "?start=2026-03-01&end=2026-03-31"
    address = reverse("client_extract_mail", args=["C-1"]) + query
    shown = desk.get(address)
    words = {name: shown.context["form"][name].value() for name in ("recipient", "subject", "body")}
    sent = {"key": str(uuid4()), "seen": shown.context["parcel"].seen, **words}

    first, second = desk.post(address, sent), desk.post(address, sent)

    mail, statement = Mail.objects.get(), Statement.objects.get()
    assert first.url == second.url
    assert (statement.mail, statement.final, statement.period) == (mail, Decimal("10.00"), MARCH)
    assert "Au 31/03/2026, vous nous devez 10,00\u00a0€." in mail.body
    (file,) = mail.files.all()
    assert "10,00 € dus par le client" in pages(bytes(file.content))[0]
    assert "Envoyer" in page(desk.get(reverse("client_extract", args=["C-1"]) + query))


@pytest.mark.django_db
def test_an_account_that_changed_while_the_message_was_written_is_told(client):
    a_server()
    someone = owing("C-1", "10", email="c1@exemple.fr")
    desk = at_work(client)
    address = reverse("client_extract_mail", args=["C-1"])
    shown = desk.get(address)
    words = {name: shown.context["form"][name].value() for name in ("recipient", "subject", "body")}
    pay(someone, today(), "4", {someone.invoices.get(): "4"})

    response = desk.post(address, {"key": str(uuid4()), "seen": shown.context["parcel"].seen, **words})

    assert (response.status_code, Mail.objects.count()) == (422, 0)
    assert "vous nous devez 6,00\u00a0€." in page(response)


@pytest.mark.django_db
def test_an_extract_of_nonsense_is_not_sent(client):
    owing("C-1", "10")
    desk = at_work(client)

    answers = [
        desk.get(reverse("client_extract_mail", args=[code]) + query).status_code
        for code, query in (("C-1", "?start=2026-03-31&end=2026-03-01"), ("INCONNU", ""))
    ]

    assert answers == [404, 404]
