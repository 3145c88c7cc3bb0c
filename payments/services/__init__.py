"""What a user does with money: take it, give it back, see it bounce, and undo each."""

from payments.services.incidents import (
    AlreadyBounced,
    IncidentTooEarly,
    NotBounceable,
    cancel_incident,
    declare_incident,
)
from payments.services.settling import (
    NotLive,
    allocate_by_hand,
    detach_allocation,
    issue_and_pay,
    reserve_credit,
    take_back,
    use_credit,
)
from payments.services.taking import (
    ForeignItem,
    NothingPaid,
    SettlementOff,
    TypeNeeded,
    Wanted,
    WrongSign,
    cancel_payment,
    cancel_refund,
    record_payment,
)

__all__ = [
    "AlreadyBounced",
    "ForeignItem",
    "IncidentTooEarly",
    "NotBounceable",
    "NotLive",
    "NothingPaid",
    "SettlementOff",
    "TypeNeeded",
    "Wanted",
    "WrongSign",
    "allocate_by_hand",
    "cancel_incident",
    "cancel_payment",
    "cancel_refund",
    "declare_incident",
    "detach_allocation",
    "issue_and_pay",
    "record_payment",
    "reserve_credit",
    "take_back",
    "use_credit",
]
