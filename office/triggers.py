"""Database triggers that no session can talk out of their work.

django-pgtrigger lets a session switch triggers off by a setting (`pgtrigger.ignore`); a rule of
the books must hold for every session, so ours are installed without that way out.
"""

from collections.abc import Sequence
from typing import Any

import pgtrigger
from django.db import models
from pgtrigger import compiler


class StrictTriggerSql(compiler.UpsertTriggerSql):
    """SQL of a trigger without the switch-off; migrations name this class: keep the template as it is."""

    def get_template(self) -> str:
        return """
            CREATE OR REPLACE FUNCTION {pgid}() RETURNS TRIGGER AS $$
                {declare}
                BEGIN
                    {func}
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE {constraint} TRIGGER {pgid}
                {when} {operation} ON {table}
                {timing}
                {referencing}
                FOR EACH {level} {condition}
                EXECUTE PROCEDURE {execute};

            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class StrictTrigger(pgtrigger.Trigger):
    """A pgtrigger.Trigger that `pgtrigger.ignore` doesn't switch off."""

    def compile(self, model: models.Model) -> compiler.Trigger:
        compiled = super().compile(model)
        keywords: dict[str, Any] = {k: v for k, v in compiled.sql.kwargs.items() if k != "ignore_func_name"}
        return compiler.Trigger(name=compiled.name, sql=StrictTriggerSql(**keywords))


def fail(constraint: str, message: str, *values: str) -> str:
    """PL/pgSQL that refuses with a check violation bearing the rule's name.

    message: an English sentence for the log, where each % takes one of `values` (SQL expressions).
    """
    arguments = "".join(f", {value}" for value in values)
    return (
        f"RAISE EXCEPTION '{constraint}: {message}'{arguments} "
        f"USING ERRCODE = 'check_violation', CONSTRAINT = '{constraint}';"
    )


def refuse(name: str, operation: pgtrigger.core.Operation, message: str, **options: Any) -> StrictTrigger:
    """A trigger that refuses `operation` on every row, by the rule `name`."""
    return StrictTrigger(name=name, when=pgtrigger.Before, operation=operation, func=fail(name, message), **options)


def inserted_once(name: str) -> Sequence[StrictTrigger]:
    """Triggers that refuse update, delete and truncate: a row is inserted once, for good."""
    message = "rows are inserted once, never changed or removed"
    return [
        refuse(name, pgtrigger.Update | pgtrigger.Delete, message),
        _truncate(name, message),
    ]


def kept(name: str) -> Sequence[StrictTrigger]:
    """Triggers that refuse delete and truncate."""
    message = "rows are never removed"
    return [refuse(f"{name}_kept", pgtrigger.Delete, message), _truncate(name, message)]


def _truncate(name: str, message: str) -> StrictTrigger:
    return StrictTrigger(
        name=f"{name}_truncate",
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        level=pgtrigger.Statement,
        func=fail(name, message),
    )
