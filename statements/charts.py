"""Charts as SVG, made here: they print, and are read without colour. Each stands beside the table of its figures."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from office.amounts import format_number

WIDTH, BAR, GAP, LABEL, VALUE, MARGIN = 720, 22, 10, 190, 120, 24
FONT = "Print, Inter, system-ui, sans-serif"

SMALL = 14  # a line of text, nearer than which two can't be read
TICKS, MONTHS_APART = 8, (1, 2, 3, 6, 12, 24, 60, 120, 1200)
# Marks that are told apart without colour: a full square, a ring, a cross.
SQUARE, RING, CROSS = "square", "ring", "cross"
SHAPES = {
    SQUARE: "M{x:.1f} {y}m-4 -4h8v8h-8z",
    RING: "M{x:.1f} {y}m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
    CROSS: "M{x:.1f} {y}m-5 -5l10 10m0 -10l-10 10",
}
INKS = {
    SQUARE: 'fill="currentColor"',
    RING: 'fill="none" stroke="currentColor" stroke-width="1.5"',
    CROSS: 'fill="none" stroke="currentColor" stroke-width="2.5"',
}
FULL = 'fill="currentColor" fill-opacity="0.6"'  # a surface: as dark as its words, it would outshine them
FAINT = 'stroke="currentColor" stroke-opacity="0.15"'


def bar_chart(bars: Sequence[tuple[str, Decimal]], says: str) -> str:
    """Bars from the left, each with its label and amount; below 0, an outline. says: what it shows, read aloud."""
    height = len(bars) * (BAR + GAP) + GAP
    largest = max((abs(amount) for _, amount in bars), default=Decimal(0)) or Decimal(1)
    room = WIDTH - LABEL - VALUE
    drawn = []
    for rank, (label, amount) in enumerate(bars):
        top = GAP + rank * (BAR + GAP)
        length = max(int(abs(amount) * room / largest), 1 if amount else 0)
        fill = 'fill="none" stroke="currentColor" stroke-dasharray="4 3"' if amount < 0 else FULL
        drawn.append(
            f'<text x="{LABEL - 10}" y="{top + 16}" text-anchor="end" fill="currentColor">{escape(label)}</text>'
            f'<rect x="{LABEL}" y="{top}" width="{length}" height="{BAR}" rx="2" {fill}/>'
            f'<text x="{LABEL + length + 8}" y="{top + 16}" fill="currentColor">{format_number(amount)}</text>'
        )
    return _svg(height, drawn, says)


def column_chart(columns: Sequence[tuple[str, Decimal]], says: str) -> str:
    """Columns side by side, above 0, each with its label; the first, the last and the highest with its amount."""
    top, floor, height = 24, 204, 250
    largest = max((amount for _, amount in columns), default=Decimal(0)) or Decimal(1)
    step = (WIDTH - MARGIN) / max(len(columns), 1)
    told = {0, len(columns) - 1, max(range(len(columns)), key=lambda rank: columns[rank][1], default=0)}
    drawn = [f'<path d="M{MARGIN} {floor}.5H{WIDTH}" stroke="currentColor"/>']
    for rank, (label, amount) in enumerate(columns):
        tall = max(int(amount * (floor - top) / largest), 1 if amount else 0)
        left, middle = MARGIN + rank * step, MARGIN + (rank + 0.5) * step
        drawn.append(
            f'<rect x="{left + 3:.1f}" y="{floor - tall}" width="{step - 6:.1f}" height="{tall}" {FULL}/>'
            f'<text x="{middle:.1f}" y="{floor + 14}" text-anchor="end" font-size="10" fill="currentColor" '
            f'transform="rotate(-45 {middle:.1f} {floor + 14})">{escape(label)}</text>'
        )
        if rank in told:
            anchor = "start" if rank == 0 else "end" if rank == len(columns) - 1 else "middle"
            at = left if rank == 0 else left + step if rank == len(columns) - 1 else middle
            drawn.append(
                f'<text x="{at:.1f}" y="{floor - tall - 6}" text-anchor="{anchor}" font-size="11" '
                f'fill="currentColor">{format_number(amount)}</text>'
            )
    return _svg(height, drawn, says)


def step_chart(
    steps: Sequence[tuple[date, Decimal]],
    marks: Sequence[tuple[str, str, Sequence[date]]],
    says: str,
    *,
    since: date,
    until: date,
    before: Decimal = Decimal(0),
) -> str:
    """An amount over days as a line of steps, with the zero line; under it a strip for each of the marks.

    steps: (day, the amount from that day on); before: what it is as the first day begins. marks: (label, shape, days),
    of which the shape is one of SHAPES.
    """
    left, right, top, floor = 96, WIDTH - 96, 16, 196
    amounts = [before, *(amount for _, amount in steps)]
    high, low = max(*amounts, Decimal(0)), min(*amounts, Decimal(0))
    reach, days = (high - low) or Decimal(1), max((until - since).days, 1)

    def across(day: date) -> float:
        return left + (day - since).days * (right - left) / days

    def down(amount: Decimal) -> float:
        return top + float((high - amount) * (floor - top) / reach)

    line = [f"M{left} {down(before):.1f}"]
    line += [f"H{across(day):.1f}V{down(amount):.1f}" for day, amount in steps]
    drawn = [
        f'<path d="M{left} {down(Decimal(0)):.1f}H{right}" stroke="currentColor" stroke-dasharray="2 4"/>',
        f'<path d="{"".join(line)}H{right}" fill="none" stroke="currentColor" stroke-width="2"/>',
    ]
    words = []
    told = [Decimal(0), *(amount for amount in (high, low) if amount and abs(down(amount) - down(Decimal(0))) > SMALL)]
    words += [_text(left - 8, down(amount) + 4, format_number(amount), "end") for amount in told]
    words.append(_text(right + 8, down(amounts[-1]) + 4, format_number(amounts[-1]), "start", weight="bold"))
    for rank, (label, shape, marked) in enumerate(marks):
        level = floor + 28 + rank * 22
        words.append(_text(left - 8, level + 4, label, "end"))
        drawn.append(f'<path d="M{left} {level}H{right}" stroke="currentColor" stroke-opacity="0.25"/>')
        drawn += [f'<path d="{SHAPES[shape].format(x=across(day), y=level)}" {INKS[shape]}/>' for day in marked]
    last = floor + 28 + len(marks) * 22
    ticks = _ticks(since, until)
    words += [_text(across(day), last + 8, label, "middle") for day, label in ticks]
    drawn += [f'<path d="M{across(day):.1f} {top}V{last - 12}" {FAINT}/>' for day, _ in ticks]
    return _svg(last + 20, [*words, *drawn], says)


def _ticks(since: date, until: date) -> list[tuple[date, str]]:
    """Some days of a span, to be read under it: firsts of months, or its own two ends if it is short."""
    firsts = [date(month // 12, month % 12 + 1, 1) for month in range(_month(since) + 1, _month(until) + 1)]
    if len(firsts) < 2:
        return [(day, f"{day:%d/%m/%Y}") for day in dict.fromkeys((since, until))]
    every = next(step for step in MONTHS_APART if len(firsts) / step <= TICKS)
    return [(day, f"{day:%m/%Y}") for day in firsts if (_month(day) % every) == 0]


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _text(x: float, y: float, said: str, anchor: str, *, weight: str = "normal") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="12" font-weight="{weight}" '
        f'fill="currentColor">{escape(said)}</text>'
    )


def _svg(height: int, drawn: Sequence[str], says: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label={quoteattr(says)} font-family="{FONT}" font-size="13">{"".join(drawn)}</svg>'
    )
