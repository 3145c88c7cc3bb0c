"""The tab Financier: the elements of a client's account with their states, counted, and one of them unfolded."""

from statements.queries.financial.asking import Asked, Cursor, Looked
from statements.queries.financial.counters import Counter, Counters, counters_of
from statements.queries.financial.details import Detail, Due, Use, detail_of
from statements.queries.financial.elements import Element, TimeLine, all_elements, elements_after, first_elements
from statements.queries.financial.incidents import Incidents, any_incident, incidents_of
from statements.queries.financial.searching import found_in_articles

__all__ = [
    "Asked",
    "Counter",
    "Counters",
    "Cursor",
    "Detail",
    "Due",
    "Element",
    "Incidents",
    "Looked",
    "TimeLine",
    "Use",
    "all_elements",
    "any_incident",
    "counters_of",
    "detail_of",
    "elements_after",
    "first_elements",
    "found_in_articles",
    "incidents_of",
]
