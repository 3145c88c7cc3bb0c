"""What PostgreSQL keeps of clients by itself."""

from typing import Any

import pgtrigger

from office.triggers import StrictTrigger, fail, kept, refuse

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

# What a mail's state may become. Nothing leads back to « sending » from where it may have arrived: it is never sent
# twice. What was cut off is uncertain until somebody, or the server's late answer, says that it was sent.
MAIL_MOVES = {
    "waiting": ("sending", "failed"),
    "retrying": ("sending", "failed"),
    "sending": ("sent", "retrying", "failed", "uncertain"),
    "uncertain": ("sent",),
}
_MOVES = " OR ".join(
    f"(OLD.state = '{before}' AND NEW.state IN ({', '.join(repr(after) for after in afters)}))"
    for before, afters in MAIL_MOVES.items()
)
_OUTCOME = "ARRAY['state', 'next_at', 'ended_at', 'told', 'settled_by_id']"

MAIL = [
    StrictTrigger(
        name="clients_mail_never_twice",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF to_jsonb(OLD) - {_OUTCOME} <> to_jsonb(NEW) - {_OUTCOME} OR NOT ({_MOVES}) THEN
                {fail("clients_mail_never_twice", "a mail keeps its words, and none is sent twice")}
            END IF;
            RETURN NEW;
        """,
    ),
    *kept("clients_mail"),
]

MAIL_ATTEMPT = [
    refuse(
        "clients_mail_attempt_ends_once",
        pgtrigger.Update,
        "an attempt is told its end once, and nothing else",
        condition=pgtrigger.Condition(
            "OLD.ended_at IS NOT NULL OR to_jsonb(OLD) - ARRAY['ended_at', 'told']"
            " <> to_jsonb(NEW) - ARRAY['ended_at', 'told']"
        ),
    ),
    *kept("clients_mail_attempt"),
]
