"""What a user does to a client: open one, change what is known of it, take over what was due before."""

from clients.services.editing import Row, Rows, archive_client, change_client, unarchive_client
from clients.services.opening_balance import NoOpening, ZeroOpening, remove_opening_balance, set_opening_balance
from clients.services.registering import (
    FIELDS,
    OPENED,
    CodeTaken,
    Details,
    faults,
    open_client,
    open_clients,
    register_client,
)

__all__ = [
    "FIELDS",
    "OPENED",
    "CodeTaken",
    "Details",
    "NoOpening",
    "Row",
    "Rows",
    "ZeroOpening",
    "archive_client",
    "change_client",
    "faults",
    "open_client",
    "open_clients",
    "register_client",
    "remove_opening_balance",
    "set_opening_balance",
    "unarchive_client",
]
