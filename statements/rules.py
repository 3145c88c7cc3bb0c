"""What PostgreSQL keeps of statements and reminders by itself."""

import pgtrigger

from office.triggers import kept, refuse

ROUND = [*kept("statements_round")]

STATEMENT = [
    refuse(
        "statements_statement_decided_once",
        pgtrigger.Update,
        "a statement that was made, or left, stays so",
        condition=pgtrigger.Condition(
            "OLD.outcome <> 'pending'"
            " AND to_jsonb(OLD) - 'mail_id' - 'unsent' - 'printed_at'"
            " <> to_jsonb(NEW) - 'mail_id' - 'unsent' - 'printed_at'"
        ),
    ),
    refuse(
        "statements_statement_mailed_once",
        pgtrigger.Update,
        "a statement keeps the e-mail that it left with",
        condition=pgtrigger.Condition("OLD.mail_id IS NOT NULL AND OLD.mail_id IS DISTINCT FROM NEW.mail_id"),
    ),
    *kept("statements_statement"),
]

REMINDER = [
    refuse(
        "statements_reminder_unchanged",
        pgtrigger.Update,
        "a reminder never changes, but for the e-mail that it is given once",
        condition=pgtrigger.Condition(
            "OLD.mail_id IS NOT NULL OR to_jsonb(OLD) - 'mail_id' <> to_jsonb(NEW) - 'mail_id'"
        ),
    ),
    *kept("statements_reminder"),
]

REMINDED = [
    refuse("statements_reminded_unchanged", pgtrigger.Update, "what a reminder names never changes"),
    *kept("statements_reminded"),
]
