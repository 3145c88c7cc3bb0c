"""One act of a user is one operation: registered first, with its key, and concluded by its result."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from django.db import connection, models, transaction

from ledger.models import Operation
from office.errors import SoldeError
from office.inserting import insert

P = ParamSpec("P")
R = TypeVar("R", bound=models.Model)


class AlreadySubmitted(SoldeError):
    """The form was submitted before, with another input; `first` is the operation it led to."""

    def __init__(self, first: Operation) -> None:
        self.first = first
        super().__init__("Ce formulaire a déjà été enregistré avec une autre saisie : rien n’a été ajouté.")


def posting(service: Callable[P, R]) -> Callable[P, R]:
    """Make `service` one transaction and one operation, its keyword `op`.

    The same key and input lead to the first result, without posting again. Called with an operation
    that is already under way, the service is a part of it and of its transaction: what refuses there
    ends the whole, unless the caller set a savepoint.
    Raises AlreadySubmitted if the key was used with another input.
    Source: rules, « Operations ».
    """

    @wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        op = cast("Operation", kwargs["op"])
        if op.pk is not None:  # without a savepoint: each would lock the same rows once more
            return service(*args, **kwargs)
        try:
            with transaction.atomic():
                if (first := _register(op)) is not None:
                    return cast("R", first.result)
                result = service(*args, **kwargs)
                _conclude(op, result)
                return result
        except BaseException:  # at commit too: it isn't there, and may be tried again
            op.pk, op.result_model, op.result_id = None, "", None
            raise

    return run


def _register(op: Operation) -> Operation | None:
    """Save the operation, or return the one that bears its key already.

    Two at once meet on the unique key: the second waits here, before it holds any lock.
    """
    if insert(op, once="key"):
        return None
    first = Operation.objects.get(key=op.key)
    if first.digest != op.digest or first.kind != op.kind:
        raise AlreadySubmitted(first)
    return first


def _conclude(op: Operation, result: models.Model) -> None:
    op.result_model = result._meta.label_lower
    op.result_id = result.pk
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_operation SET result_model = %s, result_id = %s WHERE id = %s",
            [op.result_model, op.result_id, op.pk],
        )
