"""The elements of the tab Financier in HTML, faster than a template writes them: a page of them is fifty rows."""

from collections.abc import Iterable

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from clients.sheet import Sheet
from office.addresses import url_of
from office.amounts import format_amount
from office.templatetags.ui import badge, popmenu
from office.templatetags.ui import day as read_day
from statements.queries.financial import Element

# What stands for an element's own in what is written once for all: its key, as no document has it, and its reference.
KEY, REFERENCE = 2**53, "\ue000"


def timeline_rows(elements: Iterable[Element], page: Sheet) -> SafeString:
    """Each element in a line, which unfolds; with its menu, unless a past day is looked at."""
    currency = page.client.account.currency
    code = page.client.code
    menu = "" if page.on else _menu(code)
    rows = (
        f'<li class="element" id="element-{one.key}" data-cursor="{one.cursor}">'
        f'<details class="element__fold"><summary class="element__line">{_line(one, currency)}</summary>'
        f'<div class="element__detail" hx-get="{url_of("client_financial_element", code, one.key)}{page.query}"'
        ' hx-trigger="toggle from:closest details once">'
        f'<p class="panel__note"><a href="{url_of("document", one.key)}">'
        f"Voir le détail de {escape(one.reference)}</a></p></div></details>{_of(one, menu)}</li>"
        for one in elements
    )
    return mark_safe("".join(rows))  # noqa: S308 - what users wrote is escaped above


def _line(one: Element, currency: str) -> str:
    """What is read of an element while it is folded."""
    state, amount = one.state, format_amount(one.amount, currency)
    told = f' <span class="soft">{escape(one.told)}</span>' if one.told else ""
    bounced = (
        f' <span class="amount--owed">incident du {read_day(one.bounced_on)}</span>'
        if one.bounced_on and one.is_struck
        else ""
    )
    return (
        f'<span class="element__day">{read_day(one.day)}</span> '
        f'<span class="element__what">{one.sort.label} <span class="code">{escape(one.reference)}</span>{told}</span> '
        f'<span class="element__state">{badge(state.label, state.tone, state.sign)}{bounced}</span> '
        f'<span class="element__amount">{f"<del>{amount}</del>" if one.is_struck else amount}</span> '
        f'<span class="element__rest">{_rest(one, currency)}</span>'
    )


def _rest(one: Element, currency: str) -> str:
    if not one.rest:
        return ""
    rest = f"{format_amount(one.rest, currency)} {one.rest_is}"
    kept = f' <span class="soft">dont {format_amount(one.reserved, currency)} réservés</span>' if one.reserved else ""
    return f'<span class="amount--{"credit" if one.is_credit else "owed"}">{rest}</span>{kept}'


def _menu(code: str) -> str:
    acts = url_of("client_financial_acts", code, KEY)
    entry = format_html('<li><a href="{}" data-page>Voir les actions</a></li>', acts)
    menu = popmenu(entry, f"Actions sur {REFERENCE}", anchor=f"actions-{KEY}", source=acts)
    return f'<div class="element__menu">{menu}</div>'


def _of(one: Element, text: str) -> str:
    """What is written once for all, as it is for an element."""
    return text.replace(str(KEY), str(one.key)).replace(REFERENCE, escape(one.reference))
