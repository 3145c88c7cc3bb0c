"""Rows for one table, gathered and then copied at once; constraints and triggers see them as any others."""

from collections.abc import Iterator
from typing import Any

from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED
from psycopg import sql

BLOCK = 5_000


class Keys:
    """Keys of a sequence, taken many at a time: nobody else gets them, whoever works meanwhile."""

    def __init__(self, sequence: str) -> None:
        self.sequence = sequence
        self.ready: Iterator[int] = iter(())

    @classmethod
    def of(cls, model: type[models.Model]) -> "Keys":
        """The keys that a model's table gives by itself."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])
            return cls(str(cursor.fetchone()[0]))

    def take(self) -> int:
        """The next key."""
        key = next(self.ready, None)
        if key is None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [self.sequence, BLOCK])
                self.ready = iter([key for (key,) in cursor.fetchall()])
            key = next(self.ready)
        return key


class Sheet:
    """The rows to come of a table: the columns named, and in all others what a new record has by default."""

    def __init__(self, model: type[models.Model], *names: str) -> None:
        by_name = {field.attname: field for field in model._meta.concrete_fields}
        others = [
            field
            for name, field in by_name.items()
            if name not in names and field.db_default is NOT_PROVIDED and not isinstance(field, models.AutoField)
        ]
        columns = [str(field.column) for field in (*(by_name[name] for name in names), *others)]
        quoted: list[sql.Composable] = [sql.Identifier(column) for column in columns]
        self.statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(model._meta.db_table), sql.SQL(", ").join(quoted)
        )
        self.names = names
        self.rest = tuple(field.get_db_prep_save(field.get_default(), connection) for field in others)
        self.rows: list[tuple[Any, ...]] = []

    def add(self, *values: Any) -> None:
        """Add a row: the values of the columns named, in their order."""
        self.rows.append(values + self.rest)

    def add_record(self, record: models.Model) -> None:
        """Add a row that a record, not saved yet, tells of."""
        self.add(*(getattr(record, name) for name in self.names))

    def copy(self) -> None:
        """Write the rows into the table, in one statement."""
        if self.rows:
            with connection.cursor() as cursor, cursor.copy(self.statement) as copy:
                for row in self.rows:
                    copy.write_row(row)
        self.rows = []
