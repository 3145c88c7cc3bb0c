"""What settles a document and what credits it: parts that add up to its very figures."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing.parts import (
    CreditTooLarge,
    NothingCredited,
    QuantityTooLarge,
    credit_line,
    credit_lines,
    split_credit,
    split_settlement,
    ttc_of_quantity,
)
from invoicing.vat import MAINLAND, RATES, QuotedLine, TaxedAmount, by_rate, document_amounts
from office.amounts import ZERO


def taxed(rate, ht="0", vat="0"):
    return TaxedAmount(Decimal(rate), Decimal(ht), Decimal(vat))


def settle(cells, before, after):
    return split_settlement(cells, Decimal(before), Decimal(after))


def ht(parts):
    return sum((part.ht for part in parts), ZERO)


def added(parts):
    """Add lists of parts up, cell by cell."""
    first, *others = parts
    for other in others:
        first = [one + two for one, two in zip(first, other, strict=True)]
    return first


F120 = [taxed("20", "100", "20")]
F230 = [taxed("20", "100", "20"), taxed("10", "100", "10")]

QUOTED = st.builds(
    QuotedLine,
    quantity=st.integers(1, 9).map(Decimal),
    unit_price=st.decimals("0.01", 300, places=2),
    rate=st.sampled_from(sorted(RATES)),
)
INVOICES = st.builds(document_amounts, st.lists(QUOTED, min_size=1, max_size=6), prices_include_vat=st.booleans())


def share_of(amount, share):
    """Give a part of an amount in cents, at least one."""
    return max(Decimal(int(amount * 100 * Decimal(share))), Decimal(1)).scaleb(-2)


# Settlements


def test_three_payments_of_40_on_120():
    steps = [settle(F120, *step) for step in (("0", "40"), ("40", "80"), ("80", "120"))]

    assert [str(ht(parts)) for parts in steps] == ["33.33", "33.34", "33.33"]
    assert added(steps) == F120


def test_a_payment_over_two_rates():
    assert settle(F230, "0", "100") == [taxed("20", "43.48", "8.69"), taxed("10", "43.48", "4.35")]


def test_the_highest_rate_comes_first_in_whatever_order_the_cells_are_given():
    assert settle(F230[::-1], "0", "100") == [taxed("10", "43.48", "4.35"), taxed("20", "43.48", "8.69")]


def test_the_last_5_of_120_complete_its_ht():
    assert ht(settle(F120, "0", "115")) == Decimal("95.83")
    assert ht(settle(F120, "0", "115")) + ht(settle(F120, "115", "120")) == 100


def test_one_payment_of_two_invoices_takes_their_ht():
    assert ht(settle(F120, "0", "120")) + ht(settle([taxed("10", "100", "10")], "0", "110")) == 200


def test_a_detach_takes_back_what_was_settled_last():
    assert settle(F120, "120", "80") == [taxed("20", "-33.33", "-6.67")]
    assert settle(F120, "80", "80") == [taxed("20", "0.00", "0.00")]


def test_a_negative_document_is_split_as_its_opposite():
    opposite = [-cell for cell in F230]

    assert settle(opposite, "0", "-100") == [-part for part in settle(F230, "0", "100")]


def test_a_document_of_nothing_has_nothing_to_split():
    assert settle([taxed("20")], "0", "0") == [taxed("20", "0.00", "0.00")]
    assert settle([], "0", "0") == []


@pytest.mark.parametrize(("before", "after"), [("0", "120.01"), ("-0.01", "0"), ("120.01", "0")])
def test_more_than_the_total_is_never_settled(before, after):
    with pytest.raises(ValueError, match="isn't a part"):
        settle(F120, before, after)


@given(invoice=INVOICES, marks=st.lists(st.floats(0, 1), max_size=8))
def test_settled_whole_in_any_way_a_document_nets_to_its_figures(invoice, marks):
    levels = [ZERO, *(Decimal(int(invoice.ttc * 100 * Decimal(mark))).scaleb(-2) for mark in marks), invoice.ttc]

    steps = [split_settlement(invoice.rates, *step) for step in pairwise(levels)]

    assert added(steps) == list(invoice.rates)
    for (before, after), parts in zip(pairwise(levels), steps, strict=True):
        assert sum(part.ttc for part in parts) == after - before


@given(invoice=INVOICES, mark=st.floats(0, 1))
def test_settled_and_detached_a_document_nets_to_nothing(invoice, mark):
    settled = Decimal(int(invoice.ttc * 100 * Decimal(mark))).scaleb(-2)

    there, back = (split_settlement(invoice.rates, *step) for step in ((ZERO, settled), (settled, ZERO)))

    assert all(part == taxed(part.rate) for part in added([there, back]))


@given(invoice=INVOICES, mark=st.floats(0, 1))
def test_the_parts_of_the_lines_are_those_of_the_rates(invoice, mark):
    settled = Decimal(int(invoice.ttc * 100 * Decimal(mark))).scaleb(-2)

    by_line = split_settlement(invoice.lines, ZERO, settled)

    assert by_rate(by_line) == tuple(split_settlement(invoice.rates, ZERO, settled))
    for part, line in zip(by_line, invoice.lines, strict=True):
        assert 0 <= part.ht <= line.ht
        assert 0 <= part.vat <= line.vat


# Credit notes of an amount


def test_an_avoir_of_20_on_120_gives_its_vat_back():
    assert split_credit(F120, [taxed("20")], Decimal(20)) == [taxed("20", "16.67", "3.33")]


def test_three_avoirs_of_40_on_120_are_split_as_payments():
    credited = [taxed("20")]
    nets = []
    for _ in range(3):
        parts = split_credit(F120, credited, Decimal(40))
        credited = added([credited, parts])
        nets.append(str(ht(parts)))

    assert nets == ["33.33", "33.34", "33.33"]
    assert credited == F120


def test_an_avoir_over_two_rates():
    assert split_credit(F230, [taxed("20"), taxed("10")], Decimal(100)) == settle(F230, "0", "100")


def test_an_amount_after_a_line_was_credited_whole_falls_on_the_other():
    credited = [F230[0], taxed("10")]

    assert split_credit(F230, credited, Decimal(10)) == [taxed("20", "0.00", "0.00"), taxed("10", "9.09", "0.91")]
    assert split_credit(F230, credited, Decimal(110)) == [taxed("20", "0.00", "0.00"), F230[1]]


def test_a_cancelled_avoir_leaves_no_cent_behind():
    first = split_credit(F120, [taxed("20")], Decimal(20))
    second = split_credit(F120, first, Decimal(20))
    # the first is cancelled
    rest = split_credit(F120, second, Decimal(100))

    assert second == [taxed("20", "16.66", "3.34")]
    assert added([second, rest]) == F120


@pytest.mark.parametrize("amount", ["0", "-5"])
def test_an_avoir_of_nothing_is_refused(amount):
    with pytest.raises(NothingCredited):
        split_credit(F120, [taxed("20")], Decimal(amount))


def test_an_avoir_beyond_what_is_left_is_refused():
    with pytest.raises(CreditTooLarge) as refusal:
        split_credit(F120, [taxed("20", "83.33", "16.67")], Decimal("20.01"))

    assert refusal.value.field == "amount"
    assert refusal.value.message == "Il reste 20,00 à créditer."


# Credit notes by line


def test_part_of_a_line_keeps_its_rate():
    assert credit_line(taxed("20", "100", "20"), taxed("20"), Decimal(20)) == taxed("20", "16.67", "3.33")


def test_the_last_credit_of_a_line_takes_the_very_rest():
    line = taxed("20", "8.32", "1.67")

    first = credit_line(line, taxed("20"), Decimal("3.33"))
    second = credit_line(line, first, Decimal("3.33"))
    third = credit_line(line, first + second, Decimal("3.33"))

    assert first + second + third == line


def test_a_return_is_credited_by_its_own_sign():
    line = taxed("20", "-16.67", "-3.33")

    assert credit_line(line, taxed("20"), Decimal(-20)) == line
    with pytest.raises(NothingCredited):
        credit_line(line, taxed("20"), Decimal(20))
    with pytest.raises(CreditTooLarge):
        credit_line(line, taxed("20"), Decimal("-20.01"))


def test_lines_left_alone_are_credited_of_nothing():
    lines = [taxed("20", "500", "100"), taxed("20", "100", "20")]

    parts = credit_lines(lines, [taxed("20")] * 2, [Decimal(0), Decimal(60)])

    assert parts == [taxed("20"), taxed("20", "50", "10")]


def test_a_refused_line_is_named():
    with pytest.raises(CreditTooLarge) as refusal:
        credit_lines(F230, [taxed("20"), taxed("10", "50", "5")], [Decimal(120), Decimal("55.01")])

    assert refusal.value.line == 2
    assert refusal.value.message == "Il reste 55,00 à créditer."


@pytest.mark.parametrize("chosen", [["0", "0"], ["0", "-10"]])
def test_a_credit_note_of_nothing_or_less_is_refused(chosen):
    lines = [taxed("20", "100", "20"), taxed("10", "-100", "-10")]

    with pytest.raises(NothingCredited):
        credit_lines(lines, [taxed("20"), taxed("10")], [Decimal(amount) for amount in chosen])


def test_lines_are_not_credited_beyond_an_invoice_that_holds_a_return():
    lines = [taxed("20", "100", "20"), taxed("10", "-100", "-10")]
    credited = [taxed("20"), taxed("10")]

    with pytest.raises(CreditTooLarge, match="Il reste 10,00 à créditer"):
        credit_lines(lines, credited, [Decimal("10.01"), Decimal(0)])
    assert credit_lines(lines, credited, [Decimal(120), Decimal(-110)]) == lines


@pytest.mark.parametrize("rate", MAINLAND)
def test_invoice_and_full_avoir_of_every_total_up_to_300_tie_to_the_cent(rate):
    nothing = TaxedAmount(rate)
    for units in range(1, 30_001):
        total = Decimal(units).scaleb(-2)

        (cell,) = document_amounts([QuotedLine(Decimal(1), total, rate)], prices_include_vat=True).lines

        assert cell.ht + cell.vat == cell.ttc == total
        assert abs(cell.vat * (100 + rate) - total * rate) * 200 <= 100 + rate
        assert credit_line(cell, nothing, total) == cell


@given(invoice=INVOICES)
def test_a_full_avoir_has_the_invoices_figures_by_line_and_by_amount(invoice):
    nothing = [TaxedAmount(line.rate) for line in invoice.lines]

    assert credit_lines(invoice.lines, nothing, [line.ttc for line in invoice.lines]) == list(invoice.lines)
    assert split_credit(invoice.lines, nothing, invoice.ttc) == list(invoice.lines)


@given(invoice=INVOICES, data=st.data())
def test_avoirs_of_all_kinds_cancelled_or_not_end_at_the_invoices_figures(invoice, data):
    lines = list(invoice.lines)
    standing = [[TaxedAmount(line.rate) for line in lines]]

    for _ in range(data.draw(st.integers(0, 8), label="avoirs")):
        credited = added(standing)
        left = [(line - taken).ttc for line, taken in zip(lines, credited, strict=True)]
        share = data.draw(st.floats(0, 1), label="share")
        kind = data.draw(st.sampled_from(["amount", "line", "cancel"]), label="kind")
        if kind == "cancel" and len(standing) > 1:
            standing.pop(data.draw(st.integers(1, len(standing) - 1), label="which"))
        elif kind == "amount" and sum(left) > 0:
            standing.append(split_credit(lines, credited, share_of(sum(left), share)))
        elif kind == "line" and sum(left) > 0:
            rank = data.draw(st.sampled_from([rank for rank, rest in enumerate(left) if rest]), label="line")
            chosen = [ZERO] * len(lines)
            chosen[rank] = share_of(left[rank], share)
            standing.append(credit_lines(lines, credited, chosen))
        assert all(min(part.ht, part.vat) >= 0 for avoir in standing for part in avoir)

    credited = added(standing)
    left = [(line - taken).ttc for line, taken in zip(lines, credited, strict=True)]
    if sum(left) > 0:
        by_lines = credit_lines(lines, credited, left)
        assert by_lines == split_credit(lines, credited, sum(left))
        credited = added([credited, by_lines])
    assert credited == lines


# Quantities


def quantity_credited(line, quantity, credited, credited_quantity, wanted):
    return ttc_of_quantity(line, Decimal(quantity), credited, Decimal(credited_quantity), Decimal(wanted))


def test_units_credited_one_by_one_add_up_to_the_line():
    line = taxed("20", "8.33", "1.67")
    credited = taxed("20")
    amounts = []
    for done in range(3):
        amount = quantity_credited(line, "3", credited, done, "1")
        credited += credit_line(line, credited, amount)
        amounts.append(str(amount))

    assert amounts == ["3.33", "3.34", "3.33"]
    assert credited == line


def test_one_of_five_and_then_the_other_four():
    line = taxed("20", "416.67", "83.33")

    assert quantity_credited(line, "5", taxed("20"), "0", "1") == 100
    assert quantity_credited(line, "5", taxed("20", "83.33", "16.67"), "1", "4") == 400


def test_a_quantity_comes_to_no_more_than_is_left_of_the_amount():
    line = taxed("20", "100", "20")

    assert quantity_credited(line, "3", taxed("20", "75", "15"), "0", "3") == 30


def test_units_beyond_what_was_sold_are_refused():
    line = taxed("20", "100", "20")

    with pytest.raises(QuantityTooLarge) as refusal:
        quantity_credited(line, "3", taxed("20", "66.67", "13.33"), "2", "2")

    assert refusal.value.field == "quantity"
    assert refusal.value.message == "Il reste 1 à créditer sur cette ligne."


@pytest.mark.parametrize(("quantity", "wanted"), [("3", "0"), ("3", "-1"), ("-1", "1"), ("0", "1")])
def test_a_quantity_of_nothing_or_of_the_other_sign_is_refused(quantity, wanted):
    with pytest.raises(NothingCredited):
        quantity_credited(taxed("20", "100", "20"), quantity, taxed("20"), "0", wanted)


def test_a_return_is_credited_by_its_quantity():
    line = taxed("20", "-16.67", "-3.33")

    assert quantity_credited(line, "-2", taxed("20"), "0", "-1") == -10
