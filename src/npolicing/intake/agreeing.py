"""Columns of a row that must agree: what a document printed beside what its other columns give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext

import attrs

from npolicing.errors import Failure
from npolicing.intake.cells import Count, Fault, Money, Parser, Percentage, Suppressed, Value, fold
from npolicing.intake.plan import FieldPlan, Plan
from npolicing.intake.profile import Agreement, ColumnSource
from npolicing.intake.raw import RawRows

__all__ = ["Disagreement", "disagreements"]

_NOTHING = frozenset(map(fold, ("", "-", "\N{EN DASH}", *ColumnSource().null)))
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
    """Every cell that disagrees, or that cannot be read and so not be held against the others.

    A column that makes a field is read as for that; what is wrong with its cells is told there.
    """
    for each in plan.profile.agree:
        agreeing = _Agreeing.of(each, plan)
        columns = [rows.columns[at].to_pylist() for at in agreeing.places]
        for row, texts in enumerate(zip(*columns, strict=True)):
            cells = dict(zip(agreeing.places, map(str, texts), strict=True))
            yield from agreeing.disagreements(row, cells)


@attrs.frozen(kw_only=True)
class _Operand:
    """How a column is read that others are held against."""

    header: str
    place: int
    parser: Parser
    nulls: frozenset[str]
    told: bool

    @classmethod
    def of(cls, header: str, parser: Parser, plan: Plan) -> _Operand:
        place = plan.place(header)
        planned = _planned(place, plan)
        if planned is None:
            return cls(header=header, place=place, parser=parser, nulls=_NOTHING, told=False)
        alike = type(planned.parser) is type(parser)
        return cls(
            header=header,
            place=place,
            parser=planned.parser if alike else parser,
            nulls=planned.nulls | {""},
            told=alike,
        )

    def read(self, cells: Mapping[int, str]) -> Decimal | Fault | None:
        """The number of a row; null where nothing is known, or it is withheld."""
        text = cells[self.place]
        value = None if fold(text) in self.nulls else self.parser.parse(text)
        return value if isinstance(value, Fault) else _as_decimal(value)


def _planned(place: int, plan: Plan) -> FieldPlan | None:
    """The field of numbers that a column makes, if any."""
    fields = (each for record in plan.records for each in record)
    numbers = ("integer", "number", "decimal")
    return next(
        (each for each in fields if each.places == (place,) and each.field.kind in numbers), None
    )


@attrs.frozen(kw_only=True)
class _Agreeing:
    """One agreement of the profile, and how its columns are read."""

    agreement: Agreement
    printed: _Operand
    given: tuple[_Operand, ...]

    @classmethod
    def of(cls, agreement: Agreement, plan: Plan) -> _Agreeing:
        names = agreement.sum or agreement.minus or agreement.ratio
        share = agreement.cells == "percentage"
        parser = _PARSERS["money" if agreement.ratio and share else agreement.cells]
        printed = _Operand.of(agreement.header, _printed_parser(agreement), plan)
        if share and agreement.scale is not None:
            printed = attrs.evolve(printed, parser=_printed_parser(agreement))
        return cls(
            agreement=agreement,
            printed=printed,
            given=tuple(_Operand.of(name, parser, plan) for name in names),
        )

    @property
    def places(self) -> list[int]:
        """The columns of it."""
        return [self.printed.place, *(each.place for each in self.given)]

    def disagreements(self, row: int, cells: Mapping[int, str]) -> Iterator[Disagreement]:
        """Whether what is printed is what is given, or why that is not known."""
        printed = self.printed.read(cells)
        if printed is None:
            return
        numbers: list[Decimal] = []
        for each, number in [
            (self.printed, printed),
            *((each, each.read(cells)) for each in self.given),
        ]:
            if isinstance(number, Fault):
                if not each.told:
                    yield _unread(row, each.header, number, cells[each.place])
            elif number is not None:
                numbers.append(number)
        if len(numbers) == 1 + len(self.given):
            yield from self._compared(row, cells[self.printed.place], *numbers)

    def _compared(
        self, row: int, text: str, printed: Decimal, *numbers: Decimal
    ) -> Iterator[Disagreement]:
        given = self._made(numbers)
        if given is None or abs(printed - given) <= Decimal(str(self.agreement.within)):
            return
        ratio = bool(self.agreement.ratio)
        made = _words(given, self.agreement)
        failure = Failure(
            code="PERCENT_MISMATCH" if ratio else "BALANCE_MISMATCH",
            rule=f"is what the row gives: {made}",
            column=self.agreement.header,
            value=text,
        )
        yield Disagreement(row=row, failure=failure, made=made, minor=ratio)

    def _made(self, numbers: Sequence[Decimal]) -> Decimal | None:
        """What the other columns give; null where that would divide by 0."""
        if self.agreement.sum:
            return sum(numbers, Decimal())
        first, second = numbers
        if self.agreement.minus:
            return first - second
        with localcontext(prec=28):
            return first / second if second else None


def _unread(row: int, header: str, fault: Fault, text: str) -> Disagreement:
    """A cell that is not taken anyway: what is not held against the others for it, is told."""
    failure = Failure(code=fault.code, rule=fault.rule, column=header, value=text)
    return Disagreement(row=row, failure=failure, made="not held against the others", minor=True)


def _printed_parser(agreement: Agreement) -> Parser:
    scaled = agreement.cells == "percentage" and agreement.scale is not None
    return Percentage(scale=agreement.scale) if scaled else _PARSERS[agreement.cells]


def _as_decimal(value: Value | None) -> Decimal | None:
    if value is None or isinstance(value, Suppressed):
        return None
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)  # type: ignore[arg-type] # a number


def _words(number: Decimal, agreement: Agreement) -> str:
    if agreement.ratio:
        return f"{(100 * number).quantize(Decimal('0.1'), ROUND_HALF_UP)} %"
    return _PARSERS[agreement.cells].format(number)
