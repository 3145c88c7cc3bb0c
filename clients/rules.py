"""What PostgreSQL keeps of clients by itself."""

from typing import Any

import pgtrigger

from office.triggers import StrictTrigger

# Letters alone, and enough of them for a typo to leave something to go by: no code, e-mail, number or article.
WORD = "^[[:alpha:]]{4,40}$"


def _words_known(name: str, operation: pgtrigger.Operation) -> StrictTrigger:
    """New words of clients join those that a typo is compared with.

    Not unique, and therefore without waiting: two sessions that bring the same word may both add it.
    """
    options: dict[str, Any] = {"referencing": pgtrigger.Referencing(new="fresh")}
    return StrictTrigger(
        name=name,
        when=pgtrigger.After,
        operation=operation,
        level=pgtrigger.Statement,
        func=f"""
            INSERT INTO clients_word (word)
            SELECT DISTINCT w.word FROM fresh f, string_to_table(f.search, ' ') AS w (word)
            WHERE w.word ~ '{WORD}' AND NOT EXISTS (SELECT FROM clients_word k WHERE k.word = w.word);
            RETURN NULL;
        """,
        **options,
    )


CLIENT = [
    _words_known("clients_words_of_new", pgtrigger.Insert),
    _words_known("clients_words_of_changed", pgtrigger.Update),
]
