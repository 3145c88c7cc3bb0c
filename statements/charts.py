"""Charts as SVG, made here: they print, and are read without colour. Each stands beside the table of its figures."""

from collections.abc import Sequence
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from office.amounts import format_number

WIDTH, BAR, GAP, LABEL, VALUE, MARGIN = 720, 22, 10, 190, 120, 24
FONT = "Print, Inter, system-ui, sans-serif"


def bar_chart(bars: Sequence[tuple[str, Decimal]], says: str) -> str:
    """Bars from the left, each with its label and amount; below 0, an outline. says: what it shows, read aloud."""
    height = len(bars) * (BAR + GAP) + GAP
    largest = max((abs(amount) for _, amount in bars), default=Decimal(0)) or Decimal(1)
    room = WIDTH - LABEL - VALUE
    drawn = []
    for rank, (label, amount) in enumerate(bars):
        top = GAP + rank * (BAR + GAP)
        length = max(int(abs(amount) * room / largest), 1 if amount else 0)
        fill = 'fill="none" stroke="currentColor" stroke-dasharray="4 3"' if amount < 0 else 'fill="currentColor"'
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
            f'<rect x="{left + 3:.1f}" y="{floor - tall}" width="{step - 6:.1f}" height="{tall}" fill="currentColor"/>'
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


def _svg(height: int, drawn: Sequence[str], says: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label={quoteattr(says)} font-family="{FONT}" font-size="13">{"".join(drawn)}</svg>'
    )
