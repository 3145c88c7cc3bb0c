"""What all lists share: their pages and their order, as the address asks for them."""

from typing import TypeVar

from django.http import HttpRequest
from django_tables2 import Table

T = TypeVar("T", bound=Table)

ROWS = 50


def paged(table: T, request: HttpRequest) -> T:
    """Set a list's order and page from the address; a page that doesn't exist is the first or the last one.

    django-tables2's RequestConfig would also let the address choose the number of rows, 0 or all of them.
    """
    table.request = request
    if order := request.GET.getlist(table.prefixed_order_by_field):
        table.order_by = order
    table.paginate(per_page=ROWS)
    table.page = table.paginator.get_page(request.GET.get(table.prefixed_page_field))
    return table
