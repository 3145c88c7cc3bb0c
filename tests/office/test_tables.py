import django_tables2 as tables
import pytest
from django.test import RequestFactory

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
