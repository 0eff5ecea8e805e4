"""Columns of a row that must agree: what a document printed beside what its other columns give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext

import attrs

from npolicing.errors import Failure
from npolicing.intake.cells import Count, Fault, Money, Parser, Percentage, Suppressed, Value, tidy
from npolicing.intake.plan import Plan
from npolicing.intake.profile import Agreement
from npolicing.intake.raw import RawRows

__all__ = ["Disagreement", "disagreements"]

_NOTHING = ("", "-", "\N{EN DASH}")
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
    """Every cell that disagrees, or that cannot be read and so not be held against the others."""
    for each in plan.profile.agree:
        printed = _texts(rows, each.header, plan)
        others = [_texts(rows, name, plan) for name in each.sum or each.minus or each.ratio]
        for row, (text, *given) in enumerate(zip(printed, *others, strict=True)):
            found = _disagreement(row, each, text, given)
            if found is not None:
                yield found


def _texts(rows: RawRows, header: str, plan: Plan) -> list[str]:
    """The cells of a column, whose header is looked up once."""
    return [str(text) for text in rows.columns[plan.place(header)].to_pylist()]


def _disagreement(
    row: int, agreement: Agreement, text: str, others: Sequence[str]
) -> Disagreement | None:
    value = _parser(agreement).parse(text)
    if isinstance(value, Fault):
        return _unread(row, agreement, value, text) if tidy(text) not in _NOTHING else None
    printed = _as_decimal(value)
    given = _given(agreement, others)
    if printed is None or given is None or abs(printed - given) <= Decimal(str(agreement.within)):
        return None
    ratio = bool(agreement.ratio)
    made = _words(given, agreement)
    failure = Failure(
        code="PERCENT_MISMATCH" if ratio else "BALANCE_MISMATCH",
        rule=f"is what the row gives: {made}",
        column=agreement.header,
        value=text,
    )
    return Disagreement(row=row, failure=failure, made=made, minor=ratio)


def _unread(row: int, agreement: Agreement, fault: Fault, text: str) -> Disagreement:
    """A printed cell that is not taken anyway: what it says goes unchecked, which is told."""
    failure = Failure(code=fault.code, rule=fault.rule, column=agreement.header, value=text)
    return Disagreement(row=row, failure=failure, made="not held against the others", minor=True)


def _given(agreement: Agreement, others: Sequence[str]) -> Decimal | None:
    """What the other columns give; null where that is not known, or would divide by 0."""
    cells = "money" if agreement.ratio and agreement.cells == "percentage" else agreement.cells
    numbers = [_as_decimal(_PARSERS[cells].parse(text)) for text in others]
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


def _parser(agreement: Agreement) -> Parser:
    scaled = agreement.cells == "percentage" and agreement.scale is not None
    return Percentage(scale=agreement.scale) if scaled else _PARSERS[agreement.cells]


def _as_decimal(value: Value | Fault) -> Decimal | None:
    if isinstance(value, Fault | Suppressed):
        return None
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)  # type: ignore[arg-type] # a number


def _words(number: Decimal, agreement: Agreement) -> str:
    if agreement.ratio:
        return f"{(100 * number).quantize(Decimal('0.1'), ROUND_HALF_UP)} %"
    return _PARSERS[agreement.cells].format(number)
