"""Columns of a row that must agree: what a document printed beside what its other columns give."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, localcontext

import attrs

from npolicing.errors import Failure
from npolicing.intake.cells import Count, Fault, Money, Parser, Percentage, Suppressed
from npolicing.intake.plan import Plan
from npolicing.intake.profile import Agreement
from npolicing.intake.raw import RawRows

__all__ = ["Disagreement", "disagreements"]

_PARSERS: dict[str, Parser] = {
    "count": Count(prose=True),
    "money": Money(),
    "percentage": Percentage(),
}


@attrs.frozen(kw_only=True)
class Disagreement:
    """A cell that says something else than the other columns of its row.

    Attributes:
        row: The row.
        failure: What is wrong.
        made: What the others give.
        minor: Whether it is a rounded figure that is not taken anyway: a warning, and no more.
    """

    row: int
    failure: Failure
    made: str
    minor: bool


def disagreements(rows: RawRows, plan: Plan) -> Iterator[Disagreement]:
    """Every cell that disagrees; a cell that cannot be read is none of them."""
    for each in plan.profile.agree:
        for row in range(len(rows)):
            found = _disagreement(rows, row, each, plan)
            if found is not None:
                yield found


def _disagreement(rows: RawRows, row: int, agreement: Agreement, plan: Plan) -> Disagreement | None:
    printed = _number(rows, row, agreement.header, agreement.cells, plan)
    given = _given(rows, row, agreement, plan)
    if printed is None or given is None or abs(printed - given) <= Decimal(str(agreement.within)):
        return None
    ratio = bool(agreement.ratio)
    made = _words(given, agreement)
    failure = Failure(
        code="PERCENT_MISMATCH" if ratio else "BALANCE_MISMATCH",
        rule=f"is what the row gives: {made}",
        column=agreement.header,
        value=rows.source.cells(row)[plan.place(agreement.header)],
    )
    return Disagreement(row=row, failure=failure, made=made, minor=ratio)


def _given(rows: RawRows, row: int, agreement: Agreement, plan: Plan) -> Decimal | None:
    """What the other columns give; null where that is not known, or would divide by 0."""
    names = agreement.sum or agreement.minus or agreement.ratio
    cells = "money" if agreement.ratio and agreement.cells == "percentage" else agreement.cells
    numbers = [_number(rows, row, name, cells, plan) for name in names]
    known = [each for each in numbers if each is not None]
    if len(known) < len(numbers):
        return None
    if agreement.sum:
        return sum(known, Decimal())
    first, second = known
    if agreement.minus:
        return first - second
    with localcontext(prec=28):
        return first / second if second else None


def _number(rows: RawRows, row: int, header: str, cells: str, plan: Plan) -> Decimal | None:
    text = rows.source.cells(row)[plan.place(header)]
    value = _PARSERS[cells].parse(text)
    if isinstance(value, Fault | Suppressed):
        return None
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)  # type: ignore[arg-type] # a number


def _words(number: Decimal, agreement: Agreement) -> str:
    if agreement.ratio:
        return f"{(100 * number).quantize(Decimal('0.1'), ROUND_HALF_UP)} %"
    return _PARSERS[agreement.cells].format(number)
