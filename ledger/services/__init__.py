"""What every operation on the books is made of; the apps above compose these into what a user does.

The order is always the same: `lock` the accounts, tell the `open_days`, `file_document`, `post`,
`allocate`. Source: rules, « Order of locks ».
"""

from ledger.services.entries import (
    OPENING_ACCOUNT,
    DateBeforeLast,
    Part,
    PartyNeeded,
    Posted,
    ReferenceTaken,
    WrongCurrency,
    amount_in,
    check_party,
    file_document,
    file_house_document,
    lock,
    post,
    taken_references,
)
from ledger.services.operations import AlreadySubmitted, posting
from ledger.services.periods import DayInFuture, LockMovesForward, OpenDays, PeriodClosed, open_days, shut
from ledger.services.settings import lock_books, save_bank
from ledger.services.settling import (
    AlreadyDetached,
    AlreadyReversed,
    DifferentParty,
    NothingLeft,
    UsedElsewhere,
    allocate,
    detach,
    release,
    reserve,
    reverse,
)

__all__ = [
    "OPENING_ACCOUNT",
    "AlreadyDetached",
    "AlreadyReversed",
    "AlreadySubmitted",
    "DateBeforeLast",
    "DayInFuture",
    "DifferentParty",
    "LockMovesForward",
    "NothingLeft",
    "OpenDays",
    "Part",
    "PartyNeeded",
    "PeriodClosed",
    "Posted",
    "ReferenceTaken",
    "UsedElsewhere",
    "WrongCurrency",
    "allocate",
    "amount_in",
    "check_party",
    "detach",
    "file_document",
    "file_house_document",
    "lock",
    "lock_books",
    "open_days",
    "post",
    "posting",
    "release",
    "reserve",
    "reverse",
    "save_bank",
    "shut",
    "taken_references",
]
