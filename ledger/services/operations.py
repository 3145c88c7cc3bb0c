"""One act of a user is one operation: registered first, with its key, and concluded by its result."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from django.db import models, transaction

from ledger.models import Operation
from office.asking import Question
from office.errors import SoldeError
from office.inserting import Writing, insert

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
            return part(*args, **kwargs)
        try:
            with transaction.atomic():
                if (first := _register(op)) is not None:
                    return cast("R", first.result)
                op.sole = True
                result = service(*args, **kwargs)
                if op.result_id is None:
                    _conclusion(op, result).now()
                return result
        except BaseException:  # at commit too: it isn't there, and may be tried again
            op.pk, op.result_model, op.result_id = None, "", None
            raise
        finally:
            op.sole = False

    def part(*args: P.args, **kwargs: P.kwargs) -> R:
        op = cast("Operation", kwargs["op"])
        was, op.sole = op.sole, False
        try:
            return service(*args, **kwargs)
        finally:
            op.sole = was

    return run


def conclude(op: Operation, result: models.Model, *, into: Writing) -> None:
    """Tell the operation its result in the trip that writes it, unless a larger service is to tell its own.

    Without it, `posting` tells what the service returns. result: just that, with its key.
    """
    if op.sole:
        into.add(_conclusion(op, result))


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


def _conclusion(op: Operation, result: models.Model) -> Question[None]:
    op.result_model = result._meta.label_lower
    op.result_id = result.pk
    sql = "UPDATE ledger_operation SET result_model = %s, result_id = %s WHERE id = %s RETURNING id"
    return Question(sql, [op.result_model, op.result_id, op.pk], lambda _: None)
