import re

import pytest

from office.models import Role, User

pytestmark = pytest.mark.django_db

WINDOW = "/composants/fenetre/"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _in_debug(settings, client):
    settings.DEBUG = True
    client.force_login(User.objects.create_user("durand", role=Role.FRONT_DESK))


def test_one_fragment_is_a_window_for_htmx_and_a_page_for_everybody(client):
    fragment = client.get(WINDOW, headers=HTMX)
    page = client.get(WINDOW)

    assert fragment.content.decode().strip().startswith('<section class="window"')
    assert "<html" in page.content.decode()
    assert fragment.headers["Vary"] == page.headers["Vary"] == "HX-Request, Cookie"


def test_the_page_of_a_window_holds_the_very_fragment(client):
    def without_secrets(html: str) -> str:
        return " ".join(re.sub('value="[^"]*"', "", html).split())

    fragment = client.get(WINDOW, headers=HTMX).content.decode()
    page = client.get(WINDOW).content.decode()

    assert without_secrets(fragment) in without_secrets(page)


def test_a_form_refused_in_a_window_comes_back_as_the_window(client):
    response = client.post(WINDOW, {"name": "Haras des Ormes"}, headers=HTMX)

    assert response.status_code == 422
    assert response.content.decode().strip().startswith('<section class="window"')
    assert 'value="Haras des Ormes"' in response.content.decode()
