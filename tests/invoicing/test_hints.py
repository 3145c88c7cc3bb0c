"""What is told before an invoice is issued, since its e-invoice would be refused."""

import pytest

from clients.models import Client
from invoicing.services import draft_lines
from office.clock import today
from office.models import Role
from tests.builders import a_client, line, visit
from tests.factories import op
from tests.pages import at_work


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("details", "warned"),
    [
        ({"nature": "company"}, True),
        ({"nature": "company", "siren": "404833048"}, False),
        ({"nature": "company", "country": "BE"}, False),
        ({"nature": "person"}, False),
    ],
)
def test_a_professional_without_siren_is_told_before_the_invoice_is_issued(client, details, warned):
    firm = a_client("C-1")
    Client.objects.filter(pk=firm.pk).update(**details)
    draft = draft_lines(client=firm, lines=[line("50")], op=op(today()))
    visit(firm, today(), line("12"))
    desk = at_work(client, role=Role.ACCOUNTANT)

    for address in ("/clients/C-1/factures/nouvelle/", f"/factures/{draft.pk}/", f"/factures/{draft.pk}/modifier/"):
        assert ("n’a pas de SIREN" in desk.get(address).content.decode()) == warned
    assert ("Sans SIREN" in desk.get("/a-facturer/lots/nouveau/").content.decode()) == warned
