"""Several questions to the database in one trip: most of them cost more on their way than to answer."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models

from office.prepared import Statement, prepare

T = TypeVar("T")
U = TypeVar("U")
M = TypeVar("M", bound=models.Model)

Row = tuple[Any, ...]


class Question(Generic[T]):
    """SQL that returns rows, its parameters, and how the rows are read; once asked, it has its answer.

    sql: or a statement that is planned once for each connection.
    """

    def __init__(self, sql: str | Statement, params: Sequence[Any], read: Callable[[list[Row]], T]) -> None:
        self.sql, self.params, self.read = sql, params, read
        self._answers: list[T] = []

    @property
    def answer(self) -> T:
        """What was answered. Raises LookupError before it is asked."""
        if not self._answers:
            raise LookupError("not asked yet")
        return self._answers[-1]

    def take(self, rows: list[Row]) -> None:
        """Read the rows that answer it."""
        self._answers = [self.read(rows)]

    def then(self, make: Callable[[T], U]) -> "Question[U]":
        """The same question, whose answer is made into another."""
        return Question(self.sql, self.params, lambda rows: make(self.read(rows)))

    def now(self) -> T:
        """Ask it by itself."""
        ask(self)
        return self.answer


def ask(*questions: Question[Any]) -> None:
    """Ask questions in one trip; each is answered after the ones before it, locks that these took included.

    The parameters are set into the SQL by the client (psycopg's ClientCursor, which Django uses unless it is told to
    bind on the server): only so do several statements go together.
    """
    prepare(*(question.sql for question in questions if isinstance(question.sql, Statement)))
    with connection.cursor() as cursor:
        cursor.execute(
            ";\n".join(_text(question.sql) for question in questions),
            [parameter for question in questions for parameter in question.params],
        )
        questions[0].take(cursor.fetchall())
        for question in questions[1:]:
            cursor.nextset()
            question.take(cursor.fetchall())


def _text(sql: str | Statement) -> str:
    return sql.execution if isinstance(sql, Statement) else sql


def records(model: type[M], rest: str, params: Sequence[Any]) -> Question[list[M]]:
    """Ask for records of a model. rest: the SQL that follows its table: WHERE, ORDER BY, of our own words."""
    names, selected, converters = _reading(model)

    def read(rows: list[Row]) -> list[M]:
        return [model.from_db(DEFAULT_DB_ALIAS, names, _converted(row, converters)) for row in rows]

    return Question(f"{selected} {rest}", params, read)


Converters = list[tuple[int, Callable[[Any], Any]]]


@cache
def _reading(model: type[models.Model]) -> tuple[list[str], str, Converters]:
    """The names of a model's fields, the SELECT of them all, and what turns a column into its field's value."""
    fields = model._meta.concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    selected = f"SELECT {columns} FROM {quote(model._meta.db_table)}"  # noqa: S608 - names of our own
    converters: Converters = []
    for place, field in enumerate(fields):
        expression = field.get_col(model._meta.db_table)
        found = [*connection.ops.get_db_converters(expression), *field.get_db_converters(connection)]
        for convert in found:
            converters.append((place, _converter(convert, expression)))
    return [field.attname for field in fields], selected, converters


def _converter(convert: Callable[[Any, Any, Any], Any], expression: Any) -> Callable[[Any], Any]:
    return lambda value: convert(value, expression, connection)


def _converted(row: Row, converters: Converters) -> Sequence[Any]:
    if not converters:
        return row
    values = list(row)
    for place, convert in converters:
        values[place] = convert(values[place])
    return values
