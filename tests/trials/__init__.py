"""Faults that users of comparable programs have met: what each of them should have come to here."""
