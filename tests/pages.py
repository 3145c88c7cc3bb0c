"""What tests read of pages: their words and amounts as a user reads them."""

import re
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import urljoin

from django.test import Client

from office.amounts import parse_amount
from tests.factories import UserFactory


def at_work(browser: Client, **user: Any) -> Client:
    """The browser of somebody who has logged in and opened a page already, so that the session is begun.

    user: fields, by default of somebody at the front desk.
    """
    browser.force_login(UserFactory(**user))
    browser.get("/mot-de-passe/")
    return browser


def link_of(response: Any, relation: str) -> str:
    """Where a page's link to the next or the previous one leads ("next", "prev"); nothing where there is none."""
    found = re.search(rf'href="([^"]*)" rel="{relation}"', response.content.decode())
    return urljoin(response.wsgi_request.get_full_path(), unescape(found[1])) if found else ""


def followed(browser: Client, address: str, relation: str) -> list[Any]:
    """The pages one sees going from one to the next, or back."""
    pages = []
    while address:
        pages.append(browser.get(address))
        address = link_of(pages[-1], relation)
    return pages


def squeezed(html: str) -> str:
    """A page on one line, with single spaces; a no-break space is told from another."""
    return re.sub("[ \n]+", " ", html.replace("&nbsp;", "\u00a0"))


def text_of(html: str) -> str:
    """What a page or a part of it says, without its tags."""
    return squeezed(re.sub("<[^>]*>", " ", html)).strip()


def cells(html: str, label: str) -> list[str]:
    """What stands in a column, over all tables of a page."""
    found = re.findall(rf'<td[^>]* data-label="{label}">(.*?)</td>', html, re.DOTALL)
    return [text_of(cell) for cell in found]


def column(html: str, label: str) -> list[Decimal]:
    """The amounts that stand in a column, over all tables of a page."""
    return [parse_amount(cell) for cell in cells(html, label) if cell]


def total(html: str) -> Decimal:
    """The amount at the foot of a list or window."""
    return parse_amount(re.search(r'class="totals__net">.*?<dd[^>]*>(.*?)</dd>', html, re.DOTALL)[1])


def subtotals(html: str) -> list[Decimal]:
    """What its tables come to, one by one."""
    found = re.findall(r'class="subtotal">.*?<span class="amount">(.*?)</span>', html, re.DOTALL)
    return [parse_amount(text) for text in found]
