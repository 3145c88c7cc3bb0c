"""What all refusals that a user can meet have in common."""

from typing import ClassVar


class SoldeError(Exception):
    """A refusal, told to the user in a French sentence beside a field.

    message: the sentence, with the figure that matters.
    field: the form field it belongs to; None when it concerns the whole form.
    """

    field: ClassVar[str | None] = None

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
