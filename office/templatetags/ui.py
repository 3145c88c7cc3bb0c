"""The components of the pages: each a tag here, a template in components/, a file in css/components/.

All stand in every state on /composants/ (DEBUG only). What a component shows is given to it, ready to be read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import get_resolver, get_script_prefix, get_urlconf
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.timezone import localtime
from django_tables2 import Table
from djmoney.money import Money
from lucide.templatetags.lucide import lucide

from office.amounts import NO_BREAK, SYMBOLS, format_amount, format_quantity, has_decimals_within
from office.columns import ColumnFilter
from office.forms import DayForm
from office.keyset import AFTER, BEFORE
from office.menu import COG, MENU, Link, Section, addresses, links, place_among, sections
from office.models import User
from office.rows import rows

register = template.Library()

# The sign that stands beside each colour, so that none speaks alone.
SIGNS = {"owed": "triangle-alert", "credit": "circle-check", "late": "clock", "accent": "info", "neutral": "circle"}
STATUSES = {
    "creditor": ("Créditeur", "credit", "circle-plus"),
    "overdue": ("En retard de paiement", "owed", "triangle-alert"),
    "pending": ("En attente de règlement", "late", "clock"),
    "up_to_date": ("À jour", "neutral", "check"),
}
FIGURE_STATES = {"owed": "dû par le client", "credit": "en faveur du client", "even": "", "neutral": ""}
FIGURE_SIGNS = {"owed": "circle-minus", "credit": "circle-plus", "even": "circle-check", "neutral": ""}
MESSAGE_ICONS = {
    "success": "circle-check",
    "info": "info",
    "debug": "info",
    "warning": "triangle-alert",
    "error": "circle-alert",
}


SHORTCUTS = (
    (("/",), "Chercher un client ou un document"),
    (("?",), "Cette liste"),
    (("M",), "Ajouter une ligne à l’avoir que l’on écrit"),
    (("←", "→"), "Aller d’un onglet à l’autre"),
    (("Début", "Fin"), "Premier, dernier onglet"),
    (("Entrée",), "Ouvrir le montant, la ligne ou l’onglet choisi"),
    (("Échap",), "Fermer la fenêtre ou le menu"),
    (("Tab", "Maj + Tab"), "Avancer, reculer dans la page"),
)


@dataclass(frozen=True)
class Tab:
    """One tab of `{% tabs %}`: a link. count: how many rows wait behind it; None shows none.

    name: tells it from the others in the page, where its content or its count is fetched. is_counted_later: whether its
    count takes its place once it is fetched.
    """

    label: str
    url: str
    count: int | None = None
    current: bool = False
    name: str = ""
    is_counted_later: bool = False


# Amounts and days


@register.filter
def money(amount: Decimal | Money | None, currency: str = "EUR") -> str:
    """An amount as French readers write it: 1 234,56 €; nothing for None. A Money brings its own currency."""
    if amount is None:
        return ""
    if isinstance(amount, Money):
        return format_amount(amount.amount, str(amount.currency))
    return format_amount(amount, currency)


@register.filter
def quantity(value: Decimal | int) -> str:
    """A quantity or a count, with the decimals it needs."""
    return format_quantity(Decimal(value))


@register.filter
def percent(value: Decimal | None) -> str:
    """A rate in percent, with the decimals it needs; nothing for None."""
    return "" if value is None else f"{format_quantity(value)}{NO_BREAK}%"


@register.filter
def price(value: Decimal, currency: str = "EUR") -> str:
    """A unit price: an amount, or with the decimals it needs if they are more than cents."""
    if has_decimals_within(value, 2):
        return format_amount(value, currency)
    return f"{format_quantity(value)}{NO_BREAK}{SYMBOLS.get(currency, currency)}"


@register.filter
def day(value: date | None) -> str:
    """A day as JJ/MM/AAAA, of a moment the day it was here; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = localtime(value)
    return f"{value:%d/%m/%Y}"


# Signs and words


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, label: str = "", size: str = "") -> str:
    """An icon of Lucide; an ornament unless `label` says what it means. size: "large" or nothing."""
    attrs: dict[str, Any] = {"class": f"icon icon--{size}" if size else "icon", "focusable": "false"}
    attrs |= {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    return lucide(name, **attrs)


@register.simple_tag
@lru_cache(maxsize=512)
def badge(text: str, tone: str = "neutral", sign: str = "") -> SafeString:
    """A state in a word, with a sign. tone: owed, credit, late, accent, neutral; sign: another icon than the tone's."""
    # "" + makes it plain text, to be escaped: the cache doesn't tell a safe string from an equal one that isn't.
    context = {"text": "" + text, "tone": tone, "sign": sign or SIGNS[tone]}
    return render_to_string("components/badge.html", context)


@register.simple_tag
def status_badge(code: str) -> SafeString:
    """The status of an account (encours), by its code."""
    text, tone, sign = STATUSES[code]
    return badge(text, tone, sign)


@register.inclusion_tag("components/message.html")
def message(text: str, level: str = "info") -> dict[str, Any]:
    """What Solde has to say about what was just done. level: success, info, warning or error."""
    return {"text": text, "level": level, "sign": MESSAGE_ICONS[level]}


# Figures and lists


@register.inclusion_tag("components/figure.html")
def figure_card(
    label: str, amount: Decimal | Money, *, url: str = "", state: str = "neutral", hint: str = "", main: bool = False
) -> dict[str, Any]:
    """An amount of the account, leading to the window at `url` that explains it.

    state: owed, credit, even (at 0, in the colour of credit) or neutral; hint: a short sentence under the
    amount; main: the one to look at first.
    """
    spoken, sign = FIGURE_STATES[state], FIGURE_SIGNS[state]
    return {
        "label": label,
        "amount": money(amount),
        "url": url,
        "state": state,
        "spoken": spoken,
        "sign": sign,
        "hint": hint,
        "main": main,
    }


@register.inclusion_tag("components/indicator.html")
def indicator(one: Any, *, main: bool = False) -> dict[str, Any]:
    """A figure that is counted rather than kept: label, amount as it is read, state (owed, credit or neutral), hint.

    one: with these names. Its `alert`, if any, has a `name`, a `text` and `incidents`, each with an address: what the
    figure has to be read with. main: one of the first to look at.
    """
    return {"one": one, "main": main}


@register.inclusion_tag("components/subtotal.html")
def subtotal(label: str, amount: Decimal | Money, currency: str = "EUR") -> dict[str, Any]:
    """What the rows of one table of a page or window come to, under it."""
    return {"label": label, "amount": money(amount, currency)}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, label: str) -> dict[str, Any]:
    """How far a job has come. total: 0 while nobody knows; label: what is counted."""
    return {"done": done, "total": total, "label": label}


@register.inclusion_tag("components/tabs.html")
def tabs(entries: Iterable[Tab], label: str, target: str = "") -> dict[str, Any]:
    """Links between the parts of one page. label: what screen readers call them together.

    target: the element that a fetched part takes the place of, tabs and all, by a selector; without, they are followed.
    """
    return {"tabs": entries, "label": label, "target": target}


register.simple_tag(rows, name="table_rows")


@register.inclusion_tag("components/column_filter.html")
def heading_filter(found: ColumnFilter, label: str) -> dict[str, Any]:
    """What filters a column, in its heading. label: what the column is called."""
    return {"filter": found, "label": label}


@register.inclusion_tag("components/pager.html")
def pager(text: str, previous: str = "", following: str = "") -> dict[str, Any]:
    """The foot of a list in pages. text: what is shown of how many; previous, following: addresses or nothing."""
    return {"text": text, "previous": previous, "following": following}


@register.inclusion_tag("components/pager.html", takes_context=True)
def table_pager(context: Context, table: Table) -> dict[str, Any]:
    """The pager of a paginated table, keeping its filters and order in the address."""
    found = page_pager(context, table.page, table.prefixed_page_field, getattr(table.data, "ends", None))
    if not getattr(table.data, "is_counted", True):
        found["text"] = f"{quantity(table.page.start_index())} à {quantity(table.page.end_index())}"
    return found


@register.inclusion_tag("components/pager.html", takes_context=True)
def page_pager(
    context: Context, page: Page[Any], name: str = "page", ends: tuple[int, int] | None = None
) -> dict[str, Any]:
    """The pager of a page of rows, keeping what else stands in the address.

    name: what its number is called there; ends: the keys of its first and its last row, if its neighbours are found
    by them.
    """

    def address(number: int) -> str:
        query = context["request"].GET.copy()
        query[name] = str(number)
        if ends and number > 1:
            query[name] += f"-{AFTER}-{ends[1]}" if number > page.number else f"-{BEFORE}-{ends[0]}"
        return f"?{query.urlencode()}"

    start, end, count = page.start_index(), page.end_index(), page.paginator.count
    return {
        "text": f"{quantity(start)} à {quantity(end)} sur {quantity(count)}",
        "previous": address(page.number - 1) if page.has_previous() else "",
        "following": address(page.number + 1) if page.has_next() else "",
    }


# Blocks


@register.simple_block_tag
def panel(content: str, title: str = "", *, count: int | None = None, flush: bool = False) -> SafeString:
    """A card around a part of the page.

    count: how many there are of what the title says; flush: no margin, for tables and filters, which have their own.
    """
    context = {"content": content, "title": title, "count": count, "flush": flush}
    return render_to_string("components/panel.html", context)


@register.simple_block_tag
def refreshed(content: str, anchor: str, url: str, *, is_going: bool, is_waiting: bool = False) -> SafeString:
    """What is fetched again as long as something is being made. anchor: its id; url: what answers it alone.

    is_waiting: whether what makes it waits for a worker.
    """
    context = {"content": content, "id": anchor, "url": url, "is_going": is_going, "is_waiting": is_waiting}
    return render_to_string("components/refreshed.html", context)


@register.simple_block_tag
def chart(content: str, label: str) -> SafeString:
    """The frame of a drawing, which scrolls where there is no room for it. label: what screen readers call it."""
    return render_to_string("components/chart.html", {"content": content, "label": label})


@register.simple_block_tag
def window(content: str, title: str, *, back: str, flush: bool = False) -> SafeString:
    """The content of a window, fetched into a dialog or standing on a page. back: where closing it leads on a page."""
    return render_to_string(
        "components/window.html", {"content": content, "title": title, "back": back, "flush": flush}
    )


@register.simple_block_tag
def empty_state(content: str, title: str, icon: str = "inbox") -> SafeString:
    """What stands where a list has no rows; the content says what to do about it."""
    return render_to_string("components/empty.html", {"content": content, "title": title, "icon": icon})


@register.simple_block_tag
def popmenu(
    content: str,
    label: str,
    *,
    icon: str = "ellipsis-vertical",
    shown: bool = False,
    anchor: str = "",
    source: str = "",
) -> SafeString:
    """A button that opens a list of actions; the content is its `<li>`s.

    label: names the button, once on a page unless `anchor` differs; shown: written on it rather than only read aloud.
    source: the address that the actions are fetched from when it is opened first, and which the content leads to; what
    they ask for opens in windows.
    """
    return render_to_string(
        "components/popmenu.html",
        {
            "content": content,
            "label": label,
            "icon": icon,
            "shown": shown,
            "source": source,
            "id": anchor or f"popmenu-{slugify(label)}",
        },
    )


@register.inclusion_tag("components/menu_entry.html")
def menu_entry(label: str, sign: str, url: str, why: str = "", *, away: bool = False) -> dict[str, Any]:
    """A link in a menu of actions. sign: its icon; why: the reason for which it isn't possible; away: in a new tab."""
    return {"label": label, "sign": sign, "url": url, "why": why, "away": away}


@register.inclusion_tag("components/export_menu.html")
def export_menu(name: str, query: str) -> dict[str, Any]:
    """The formats that a list can be had in. name: of the URL of its export; query: what it is filtered by."""
    return {"name": name, "query": query}


# Forms


@register.simple_block_tag(takes_context=True)
def form_block(
    context: Context, content: str, form: BaseForm, *, submit: str, cancel: str = "", action: str = ""
) -> SafeString:
    """A form that posts: key and CSRF token, what was refused on top, the content, the buttons.

    submit: what the button says; cancel: where the second button leads; action: address, of this page if empty.
    """
    return render_to_string(
        "components/form.html",
        {
            "content": content,
            "form": form,
            "submit": submit,
            "cancel": cancel,
            "action": action,
            "csrf_token": context.get("csrf_token"),
        },
    )


@register.simple_tag
def field(bound: BoundField, *, autofocus: bool = False) -> SafeString:
    """A field with its label, help and errors, tied together for screen readers."""
    control, kind, errors = bound.as_widget(attrs={"autofocus": autofocus}), bound.widget_type, bound.errors
    if errors or bound.help_text or kind in FRAMED:
        return render_to_string(
            "components/field.html", {"field": bound, "control": control, "kind": kind, "errors": errors}
        )
    is_optional = not bound.field.required and not bound.field.disabled
    return format_html(PLAIN_FIELD, bound.id_for_label, bound.label, OPTIONAL if is_optional else "", control)


# As components/field.html writes the commonest fields: a form that filters has a dozen of them.
PLAIN_FIELD = '<div class="field"><label class="field__label" for="{}">{} {}</label>{}</div>'
OPTIONAL = SafeString('<span class="field__optional">(facultatif)</span>')
FRAMED = frozenset({"radioselect", "checkboxselectmultiple", "checkbox"})


@register.inclusion_tag("components/picker.html")
def picker(anchor: str, label: str, found: str, *, placeholder: str = "", **sent: str) -> dict[str, Any]:
    """A box to search in and pick from, by keyboard too: what is picked it tells by an event, static/js/combobox.js.

    anchor: its id; found: the name of the URL that answers with options; sent: by name of a parameter, the id of
    the field whose value is sent along.
    """
    return {"id": anchor, "label": label, "found": found, "placeholder": placeholder, "sent": sorted(sent.items())}


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """What a form was refused for: what concerns it whole, then a link to each field in error."""
    general = [*form.non_field_errors()]
    for hidden in form.hidden_fields():
        general += hidden.errors
    return {"general": general, "fields": [bound for bound in form.visible_fields() if bound.errors]}


@register.inclusion_tag("components/as_of.html")
def as_of(form: DayForm) -> dict[str, Any]:
    """The choice of the day as of which the page is shown."""
    return {"form": form}


@register.inclusion_tag("components/as_of_mark.html")
def as_of_mark(form: DayForm) -> dict[str, Any]:
    """What tells a page of a past day from today's; nothing for today."""
    return {"past": form.past}


# The shell


@register.simple_tag
@cache
def shortcut_list() -> SafeString:
    """The window that tells the keys which do something; « ? » opens it."""
    return render_to_string("components/shortcuts.html", {"shortcuts": SHORTCUTS})


@register.simple_tag
@cache
def constant(template_name: str) -> SafeString:
    """A template that depends on nothing, rendered once: the addresses of all styles and scripts cost time."""
    return render_to_string(template_name)


@register.simple_tag(takes_context=True)
def main_menu(context: Context) -> SafeString:
    """The menu, as far as the user's role goes."""
    request = context["request"]
    whose = _whose(request.user)
    return _menu(*whose, place_among(_addresses(*whose), request.path))


@register.simple_tag(takes_context=True)
def cog(context: Context) -> SafeString:
    """The cog at the top right; nothing for a role without entries there."""
    return _cog(*_whose(context["request"].user))


def _whose(user: User) -> tuple[Any, str, str]:
    """What decides what a menu holds: the addresses in force, and the role."""
    return get_resolver(get_urlconf()), get_script_prefix(), user.role


@lru_cache(maxsize=64)
def _addresses(_resolver: Any, _prefix: str, role: str) -> tuple[str, ...]:
    return addresses(MENU, User(role=role))


@lru_cache(maxsize=512)
def _menu(_resolver: Any, _prefix: str, role: str, path: str) -> SafeString:
    found: list[Section] = sections(MENU, User(role=role), path)
    return render_to_string("components/menu.html", {"sections": found})


@lru_cache(maxsize=64)
def _cog(_resolver: Any, _prefix: str, role: str) -> SafeString:
    found: list[Link] = links(COG, User(role=role))
    return render_to_string("components/cog.html", {"links": found})
