import django_tables2 as tables
import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.html import format_html

from office.rows import rows
from office.tables import paged


class Numbers(tables.Table):
    number = tables.Column()


def shown(query: str, rows: int = 130) -> list[int]:
    table = paged(Numbers([{"number": number} for number in range(rows)]), RequestFactory().get(f"/{query}"))
    return [row.record["number"] for row in table.paginated_rows]


def test_a_list_has_fifty_rows_a_page():
    assert shown("") == list(range(50))
    assert shown("?page=3") == list(range(100, 130))


def test_a_list_keeps_the_order_of_its_address():
    assert shown("?sort=-number")[:2] == [129, 128]


@pytest.mark.parametrize("page", ["0", "-1", "4", "9" * 30])
def test_a_page_that_doesnt_exist_is_the_last(page):
    assert shown(f"?page={page}") == list(range(100, 130))


@pytest.mark.parametrize("query", ["?page=x", "?page=", "?per_page=0", "?per_page=100000", "?sort=-", "?sort=autre"])
def test_what_the_address_asks_amiss_is_the_first_page(query):
    assert shown(query) == list(range(50))


def test_an_empty_list_is_one_page():
    assert shown("?page=2", rows=0) == []


class Cells(tables.Table):
    number = tables.Column("Numéro", attrs={"td": {"class": "table__code"}})
    said = tables.Column("Dit", "number")
    linked = tables.Column("Lien", "number", linkify=lambda value: f"/{value}/")
    templated = tables.TemplateColumn("{{ record.number }}.{{ row_counter }}")
    nothing = tables.Column("Rien", default="–")

    class Meta:
        row_attrs = {"class": lambda record: "late" if record["number"] > 1 else None}

    def render_said(self, value, record, bound_row):
        return format_html("<b>{}</b>{}{}", value, "&", bound_row.row_counter) if record["number"] else "<i>"


def test_rows_are_written_as_the_library_would_write_them():
    first, second = (
        paged(Cells([{"number": number} for number in range(3)]), RequestFactory().get("/")) for _ in range(2)
    )
    as_by_the_library = Template(
        "{% for row in table.paginated_rows %}<tr {{ row.attrs.as_html }}>{% for column, cell in row.items %}"
        '<td {{ column.attrs.td.as_html }} data-label="{{ column.header }}">{{ cell }}</td>'
        "{% endfor %}</tr>{% endfor %}"
    )

    written = rows(first)

    assert written == as_by_the_library.render(Context({"table": second}))
    assert "&lt;i&gt;" in written
    assert '<a href="/1/">1</a>' in written
