"""Tables of few rows, as sites and payment types: what a form offers to choose from."""

from collections.abc import Iterator
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


class FewQuerySet(QuerySet[M]):
    """All rows in one trip: choices of a form are otherwise fetched by a cursor of the server, which takes four."""

    def iterator(self, chunk_size: int | None = None) -> Iterator[Any]:  # noqa: ARG002 - Django's signature
        return iter(self)
