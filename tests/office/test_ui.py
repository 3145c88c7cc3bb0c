"""The look: its rules are read from the files, its components from the page that shows them all."""

import re
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from itertools import chain

import pytest
from django import forms
from django.conf import settings as project
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import include, path
from djmoney.money import Money

from office.menu import Link
from office.models import Role, User
from office.templatetags import ui
from office.views import home

urlpatterns = [
    path("", include("office.urls")),
    path("clients/", home, name="client_list"),  # a higher app's page, which search and menu lead to
]

CSS = project.BASE_DIR / "static" / "css"
STYLES = {str(file.relative_to(CSS)): file.read_text() for file in CSS.rglob("*.css")}
TOKENS = STYLES["tokens.css"]
TEMPLATES = {
    str(file.relative_to(project.BASE_DIR / "templates")): file.read_text()
    for file in (project.BASE_DIR / "templates").rglob("*.html")
}
# Printed documents are WeasyPrint's, with styles of their own.
SCREEN = {name: text for name, text in TEMPLATES.items() if "/print/" not in name}
SCRIPTS = {file.name: file.read_text() for file in (project.BASE_DIR / "static" / "js").glob("*.js")}


def render(source: str, **context: object) -> str:
    """The HTML without the white space that browsers drop."""
    html = Template("{% load ui %}" + source).render(Context(context))
    return re.sub("[ \n]*([<>])[ \n]*", r"\1", re.sub("[ \n]+", " ", html)).strip()


# The rules of STYLE: tokens, layers, no way round them


def declarations(text: str) -> list[str]:
    """The declarations of a stylesheet, without comments and the conditions of its at-rules."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.findall(r"[{;]\s*([-\w]+\s*:[^;{}]+)(?=[;}])", text)


@pytest.mark.parametrize("name", sorted(set(STYLES) - {"tokens.css", "solde.css"}))
def test_only_tokens_hold_colours_sizes_and_fonts(name):
    literal = re.compile(
        r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|oklab|lab|lch|light-dark|color-mix)a?\(|\b\d*\.?\d+(?:px|rem|pt|mm)\b"
    )

    fonts = re.compile(r"(?:font|font-family|font-size|font-weight|line-height):(?!.*var\(--| (?:inherit|normal)$)")

    found = declarations(STYLES[name])

    assert [line for line in found if literal.search(line) or fonts.match(line)] == []


@pytest.mark.parametrize("name", sorted(STYLES))
def test_styles_win_by_their_layer_alone(name):
    text = re.sub(r"/\*.*?\*/", "", STYLES[name], flags=re.DOTALL)
    selectors = re.findall(r"(?:^|[}{])\s*([^@{}][^{}]*)\{", text)

    assert "!important" not in text
    assert [selector for selector in selectors if "#" in selector] == []


def test_every_stylesheet_is_in_its_layer():
    imports = dict(re.findall(r'@import url\("([^"]+)"\) layer\((\w+)\);', STYLES["solde.css"]))

    assert "@layer tokens, base, layout, components, print;" in STYLES["solde.css"]
    assert imports == {
        name: "components" if name.startswith("components/") else name.removesuffix(".css")
        for name in STYLES
        if name != "solde.css"
    }


def test_every_token_used_is_defined_and_every_defined_one_used():
    defined = set(re.findall(r"(--[\w-]+):", TOKENS))
    used = set(chain.from_iterable(re.findall(r"var\((--[\w-]+)", text) for text in STYLES.values()))

    assert used == defined


@pytest.mark.parametrize("name", sorted(SCREEN))
def test_no_page_has_styles_or_scripts_inline(name):
    assert re.search(r"\sstyle\s*=|\son\w+\s*=|<style|<script(?![^>]*\bsrc=)|javascript:", SCREEN[name]) is None


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_french_punctuation_has_no_break_spaces(name):
    html = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", TEMPLATES[name], flags=re.DOTALL)
    text = re.sub(r"<[^>]*>", "", html)
    strings = "\n".join(re.findall(r'"([^"]*)"', " ".join(re.findall(r"{%.*?%}", TEMPLATES[name]))))

    for prose in (text, strings):
        assert re.search(r" [:;?!»€%]|« |\w'\w", prose) is None


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_french_punctuation_in_scripts_has_no_break_spaces(name):
    sentences = [text for text in re.findall(r'"([^"\n]*)"', SCRIPTS[name]) if re.search(r"[a-zé] [a-zàé]", text)]

    assert [text for text in sentences if re.search(r" [:;?!»€%]|« |\w'\w", text)] == []


# Contrast


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


COLOURS = {
    name: {"light": light, "dark": dark}
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", TOKENS)
}
GROUNDS = ("ground", "surface", "sunken")
WASHES = ("accent-wash", "owed-wash", "credit-wash", "late-wash")
TEXTS = [
    *((text, ground) for text in ("ink", "ink-soft", "accent", "owed", "credit", "late") for ground in GROUNDS),
    *(("ink", wash) for wash in WASHES),
    *((text, f"{text}-wash") for text in ("accent", "owed", "credit", "late")),
    *((text, "owed-wash") for text in ("accent", "late", "credit", "ink-soft")),  # in late rows
    ("accent", "sunken"),
    ("accent-strong", "surface"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_stands_out_from_its_ground(text, ground, scheme):
    assert contrast(COLOURS[text][scheme], COLOURS[ground][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("edge", ["edge", "accent", "owed"])
def test_edges_of_controls_and_focus_stand_out(edge, ground, scheme):
    assert contrast(COLOURS[edge][scheme], COLOURS[ground][scheme]) >= 3


# The page of components


class Page(HTMLParser):
    """What a page's references and ids are, and the text under its tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, *names: str) -> list[str]:
        return [attrs[name] or "" for _, attrs in self.tags for name in names if name in attrs]

    @property
    def classes(self) -> set[str]:
        return set(" ".join(self.values("class")).split())


@pytest.fixture
def page(client, settings, db) -> Page:
    settings.DEBUG = True
    settings.ROOT_URLCONF = __name__
    client.force_login(User.objects.create_user("durand", role=Role.FRONT_DESK, first_name="Nadia"))
    return Page(client.get("/composants/").content.decode())


def test_every_component_stands_on_the_page_of_components(page):
    blocks = {file.stem for file in (CSS / "components").glob("*.css")} - {"window"}  # it opens from there

    assert {block for block in blocks if block not in page.classes and f"{block}-frame" not in page.classes} == set()


def test_every_state_of_a_component_stands_there(page):
    styled = set(
        chain.from_iterable(
            re.findall(r"\.([a-z][\w-]+)", text) for name, text in STYLES.items() if "components" in name
        )
    )
    elsewhere = {
        *(name for name in styled if name.startswith("window")),
        "brand--large",  # the door
        "button--wide",
        "table__amount--owed",
        "table__amount--credit",
        "table__actions",
        "field__amount",
        "totals",
    }

    assert styled - elsewhere - page.classes == set()


def test_what_refers_to_an_element_finds_it_once(page):
    ids = Counter(page.values("id"))
    wanted = [name for value in page.values("for", "aria-describedby", "popovertarget") for name in value.split()]
    wanted += [href[1:] for href in page.values("href") if re.match("#.", href)]

    assert [name for name, times in ids.items() if times > 1] == []
    assert [name for name in wanted if name not in ids] == []


def test_every_control_has_a_label_and_every_button_a_name(page):
    labelled = set(page.values("for"))
    controls = [attrs for tag, attrs in page.tags if tag in ("input", "select", "textarea")]

    assert [a for a in controls if a.get("type") != "hidden" and a.get("id") not in labelled] == []


def test_the_shell_has_its_landmarks(page):
    landmarks = Counter(tag for tag, _ in page.tags if tag in ("header", "main", "h1", "nav"))

    assert (landmarks["header"], landmarks["main"], landmarks["h1"]) == (1, 1, 1)
    assert ("html", {"lang": "fr"}) in page.tags
    assert ("a", {"class": "skip", "href": "#page"}) in page.tags


# Tags and filters


def test_money_and_days_are_written_the_french_way():
    assert ui.money(Decimal("-1234.5")) == "\u22121\u202f234,50\u00a0€"
    assert ui.money(Decimal(2), "CHF") == "2,00\u00a0CHF"
    assert ui.money(Money("20", "USD")) == "20,00\u00a0$"
    assert ui.money(None) == ui.day(None) == ""
    assert ui.day(date(2026, 11, 5)) == "05/11/2026"
    assert ui.day(datetime(2026, 11, 24, 23, 30, tzinfo=UTC)) == "25/11/2026"  # in Paris


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("creditor", "Créditeur"),
        ("overdue", "En retard de paiement"),
        ("pending", "En attente de règlement"),
        ("up_to_date", "À jour"),
    ],
)
def test_a_status_is_a_sign_and_its_words(code, words):
    html = render("{% status_badge code %}", code=code)

    assert re.fullmatch(rf'<span class="badge badge--\w+"><svg .*</svg>{words}</span>', html)


def test_the_four_statuses_have_four_signs():
    signs = {re.search("<svg.*</svg>", render("{% status_badge code %}", code=code))[0] for code in ui.STATUSES}

    assert len(signs) == 4


def test_a_badge_is_escaped_even_after_an_equal_safe_one():
    assert "<b>" not in render('{% badge "<b>gras</b>" %}')
    assert "&lt;b&gt;gras" in render("{% badge text %}", text="<b>gras</b>")


def test_an_icon_is_an_ornament_unless_it_is_named():
    assert 'aria-hidden="true"' in render('{% icon "search" %}')
    assert 'role="img" aria-label="&quot;Loupe&quot;"' in render("{% icon 'search' label %}", label='"Loupe"')


def test_a_figure_leads_to_its_window_and_says_its_state_in_words():
    html = render('{% figure_card "Solde client" amount url="/c/" state="owed" hint="doit" %}', amount=Decimal(-30))

    assert '<a class="figure figure--owed" href="/c/" data-window' in html
    assert '<span class="figure__amount figure__amount--owed">\u221230,00\u00a0€</span>' in html
    assert '<span class="visually-hidden">dû par le client</span>' in html
    assert '<span class="figure__hint">doit</span>' in html


def test_a_balance_of_nothing_is_in_nobodys_favour_and_still_green():
    html = render('{% figure_card "Solde client" amount state="even" %}', amount=Decimal(0))

    assert "figure__amount--even" in html
    assert "visually-hidden" not in html


def test_a_subtotal_takes_an_amount_with_or_without_its_currency():
    assert '<span class="amount">20,00\u00a0€</span>' in render(
        '{% subtotal "Sous-total" amount %}', amount=Decimal(20)
    )
    assert "20,00\u00a0CHF" in render('{% subtotal "Sous-total" amount %}', amount=Money(20, "CHF"))
    assert "20,00\u00a0CHF" in render('{% subtotal "Sous-total" amount "CHF" %}', amount=Decimal(20))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("24.000000"), "24,00\u00a0€"),
        (Decimal("2.50"), "2,50\u00a0€"),
        (Decimal("0.123400"), "0,1234\u00a0€"),
        (Decimal("-1234.567"), "\u22121\u202f234,567\u00a0€"),
    ],
)
def test_a_unit_price_has_the_decimals_it_needs(value, written):
    assert ui.price(value) == written


def test_a_quantity_has_the_decimals_it_needs():
    assert [ui.quantity(Decimal(text)) for text in ("1.0000", "2.5000", "0.0000")] == ["1", "2,5", "0"]


def test_a_rate_has_the_decimals_it_needs_and_may_be_none():
    assert [ui.percent(Decimal(text)) for text in ("20.00", "5.50", "0.00")] == ["20\u00a0%", "5,5\u00a0%", "0\u00a0%"]
    assert ui.percent(None) == ""


def test_a_figure_without_window_is_no_link():
    html = render('{% figure_card "Solde" amount %}', amount=Decimal(0))

    assert "<a" not in html
    assert "visually-hidden" not in html


def test_a_figure_of_unknown_state_is_a_bug():
    with pytest.raises(KeyError):
        render('{% figure_card "Solde" amount state="rouge" %}', amount=Decimal(0))


class NameForm(forms.Form):
    name = forms.CharField(label="Nom", help_text="Sur la facture.")
    note = forms.CharField(label="Note", required=False)


def test_a_field_is_tied_to_its_label_its_help_and_its_error():
    html = render("{% field form.name %}", form=NameForm({}))

    assert '<div class="field" data-invalid>' in html
    assert '<label class="field__label" for="id_name">' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert '<div class="field__help" id="id_name_helptext">Sur la facture.</div>' in html
    assert re.search('<div class="field__error" id="id_name_error">.*<p>Ce champ est obligatoire.</p>', html)


def test_a_field_says_when_it_may_stay_empty():
    assert "facultatif" in render("{% field form.note %}", form=NameForm())
    assert "facultatif" not in render("{% field form.name %}", form=NameForm())


def test_what_a_form_was_refused_for_stands_on_top_with_links_to_its_fields():
    form = NameForm({})
    form.add_error(None, "La caisse est clôturée.")

    html = render("{% form_errors form %}", form=form)

    assert 'role="alert"' in html
    assert "La caisse est clôturée." in html
    assert "1 champ à corriger" in html
    assert '<a href="#id_name">Nom</a>' in html
    assert render("{% form_errors form %}", form=NameForm()) == ""


def test_a_form_block_posts_once_with_token_and_hidden_fields():
    class Keyed(NameForm):
        key = forms.CharField(widget=forms.HiddenInput, initial="k1")

    html = render(
        '{% form_block form submit="Régler" cancel="/c/" %}<p>champs</p>{% endform_block %}',
        form=Keyed(),
        csrf_token="jeton",
    )

    assert re.match('<form class="form" method="post"[^>]* data-once ', html)
    assert '<input type="hidden" name="csrfmiddlewaretoken" value="jeton">' in html
    assert 'name="key" value="k1"' in html
    assert "<p>champs</p>" in html
    assert '<a class="button" href="/c/" data-window-close>Annuler</a>' in html


def test_what_cancels_is_left_by_another_word():
    html = render(
        '{% form_block form submit="Annuler la facture" cancel="/c/" %}{% endform_block %}',
        form=NameForm(),
        csrf_token="jeton",
    )

    assert re.findall(r">\s*([^<]*?)\s*</(?:button|a)>", html) == ["Annuler la facture", "Retour"]


def test_the_content_of_a_block_is_escaped_once():
    html = render("{% panel title %}<b>{{ name }}</b>{% endpanel %}", title="A & B", name="<i>")

    assert "<h2>A &amp; B</h2>" in html
    assert "<b>&lt;i&gt;</b>" in html


def test_tabs_show_their_counts_zero_included_and_where_one_is():
    html = render('{% tabs tabs "Fiche" %}', tabs=[ui.Tab("Avoirs", "?a", 0), ui.Tab("Financier", "?f", current=True)])

    assert '<span class="tabs__count">0</span>' in html
    assert html.count("tabs__count") == 1
    assert re.search(r'href="\?f" aria-current="page"', html)


def test_the_pager_of_a_table_keeps_filters_and_order(rf: RequestFactory):
    class Paged:
        prefixed_page_field = "page"
        data = ()
        page = Paginator(range(130), 50).page(2)

    html = render("{% table_pager table %}", table=Paged(), request=rf.get("/?q=ormes&sort=-code&page=2"))

    assert "51 à 100 sur 130" in html
    assert 'href="?q=ormes&amp;sort=-code&amp;page=1" rel="prev"' in html
    assert 'href="?q=ormes&amp;sort=-code&amp;page=3" rel="next"' in html


def test_a_pager_has_no_link_past_the_ends():
    html = render('{% pager "1 à 3 sur 3" %}')

    assert "href" not in html
    assert html.count('aria-disabled="true"') == 2


def test_the_cog_is_there_only_with_something_behind_it():
    template = "{% include 'components/cog.html' %}"

    assert render(template, links=[]) == ""
    assert 'aria-label="Paramètres"' in render(template, links=[Link("Utilisateurs", "/u/", "users")])
