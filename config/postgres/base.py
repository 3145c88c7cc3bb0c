"""Django's PostgreSQL engine, on a server that it starts or joins at the first connection."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from django.db.backends.postgresql.client import DatabaseClient as PostgreSQLClient

from config.postgres.cluster import join
from config.postgres.server import binaries


class DatabaseClient(PostgreSQLClient):
    """`manage.py dbshell`, with the server's own psql."""

    executable_name = str(binaries() / "psql")

    def runshell(self, parameters: Iterable[str]) -> None:
        join(settings.SOLDE_VAR)
        super().runshell(parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to the embedded server of SOLDE_VAR."""

    client_class = DatabaseClient

    def get_connection_params(self) -> dict[str, Any]:
        """Answer the parameters of a server that runs from here on, until this process ends."""
        join(settings.SOLDE_VAR)
        return super().get_connection_params()
