"""Green, amber or red by thresholds that are stated, beside what a control chart says."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import attrs
import pyarrow as pa
import pyarrow.types as pat

from npolicing._columns import Column
from npolicing._examining import ArrowStream, any_table
from npolicing._pandas import pandas_frame
from npolicing._records import Record
from npolicing._tally import names_of
from npolicing.arrow import arrow_schema
from npolicing.errors import (
    ColumnTypeError,
    Failure,
    MixedRowsError,
    ValidationError,
)
from npolicing.measures._charted import (
    NO_CHART,
    Assurance,
    Key,
    Point,
    Reading,
    Sign,
    keys_of,
    last_points,
    require,
)
from npolicing.measures._result import IS_TOTAL, By, check_word
from npolicing.vocabulary import Good

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Status", "status"]

Light = Literal["green", "amber", "red", "no_target", "no_data"]


@attrs.frozen(kw_only=True)
class Status(Record):
    """One group's figure against its target, and what its control chart says of it."""

    value: Annotated[float | None, Column("The figure; null where there is none.")] = None
    target: Annotated[float | None, Column("The target; null where there is none.")] = None
    gap: Annotated[
        float | None,
        Column("Target minus value, whatever the direction; null with either."),
    ] = None
    status: Annotated[
        Light,
        Column("By the thresholds: green, amber or red; or that there is no target, or no data."),
    ] = "no_data"
    reading: Annotated[
        Reading | None,
        Column(
            "What the control chart says of its last point: common cause, or a special one and "
            "which way; null without a chart."
        ),
    ] = None
    rule: Annotated[
        Sign | None,
        Column("The rule by which that point is a signal, or none; null without a chart."),
    ] = None
    assurance: Annotated[
        Assurance | None,
        Column(
            "Whether the series as it stands will meet its target, whatever chance does; null "
            "where no chart says."
        ),
    ] = None
    trial: Annotated[
        bool | None,
        Column("Whether the chart's limits rest on so few points that each new one moves them."),
    ] = None
    words: Annotated[str, Column("The same in words.")] = "no figure"
    is_total: Annotated[bool, IS_TOTAL] = False


def status(
    figures: pd.DataFrame | ArrowStream,
    *,
    value: str,
    target: str | float | None,
    thresholds: Sequence[float],
    direction: Good,
    relative: bool = False,
    by: By = None,
    signal: pd.DataFrame | ArrowStream | None = None,
) -> pd.DataFrame:
    """Green, amber or red by thresholds that are stated, beside what a control chart says.

    A figure misses its target by ``target - value`` where it is to be at least the target, by
    ``value - target`` where at most, and by the size of either where it is to lie within. It is
    green where it misses by no more than the first threshold, amber by no more than the second,
    red beyond. No threshold, and no direction, is there by default: both are policy. More logs
    attended by neighbourhood teams at the urgent grades may be officers taken from their
    neighbourhoods, and no success.

    A colour compares two points, and the next one may differ by chance alone. So pass the control
    chart too: a red figure that is common cause will not be mended by asking for its reason, and a
    green one that is `hit_and_miss` will be red again.

    Args:
        figures: Any tidy table, such as the result of a measure: the columns of `by`, and a row
            for each of their values. Where it has `is_total`, that is kept.
        value: The column of the figure.
        target: The column of the target, or the target of all; `None` where there is none.
        thresholds: How far a figure may miss its target and be green, and be amber: in its own
            unit, so for a share 0.05 is five percentage points. (0, 0) has no amber.
        direction: Which way is good: ``"at_least"``, ``"at_most"`` or ``"within"``.
        relative: Whether the thresholds are shares of the target instead.
        by: The columns that tell the rows apart, and are kept.
        signal: The points of a control chart, in the order of time: `reading`, `rule`, where they
            are there `assurance` and `trial`, and the columns of `by`, `is_total` as in `figures`;
            the last point of each group counts. A frame of ``stats.control.xmr(...).columns()`` is
            one. A group that has no chart is judged without.

    Returns:
        A row for each of `figures`, in their order: the columns of `by`, then those of `Status`.
        Nothing is said by colour alone: `words` has it all.

    Raises:
        ValueError: If thresholds are not two numbers from 0 up, the second not below the first, or
            `direction` is unknown.
        MissingColumnsError: If a table lacks columns; names every one.
        MixedRowsError: If rows, or several series of a chart, are not told apart by `by`.
        ColumnTypeError: If a figure or a target is no number; an amount of money is none: make a
            rate of it.
        ValidationError: If a figure is infinite, or the chart has a word that is none of its own.

    Source:
        Why not colour alone: NHS England, Making Data Count, which is what `stats.control` follows.

    >>> import pandas as pd
    >>> from npolicing.stats.control import xmr
    >>> shares = pd.DataFrame({"npu": ["CV", "DY"], "attendance_ratio": [0.86, 0.81]})
    >>> chart = xmr([0.80, 0.83, 0.79, 0.84, 0.81], direction="increase", target=0.85)
    >>> points = pd.DataFrame(chart.columns()).assign(npu="DY", assurance=chart.assurance)
    >>> asked = {"value": "attendance_ratio", "target": 0.85, "thresholds": (0, 0.05), "by": "npu"}
    >>> for words in status(shares, direction="at_least", signal=points, **asked)["words"]:
    ...     print(words)
    meets its target
    misses its target by 0.04: amber up to 0.05; common cause; trial limits; hit and miss
    """
    judge = _Judge.of(thresholds, direction, relative=relative)
    names = names_of(by)
    table = any_table(figures)
    require(table, [*names, value, *([target] if isinstance(target, str) else [])])
    keys = keys_of(table, names)
    _refuse_repeats(keys)
    charts = {} if signal is None else last_points(any_table(signal), names)
    values = _numbers(table, value)
    if isinstance(target, str):
        targets = _numbers(table, target)
    else:
        targets = [None if target is None else _exact(target, "target=")] * len(values)
    rows = [
        judge.status(figure, aim, charts.get(key, NO_CHART), is_total=bool(key[-1]))
        for figure, aim, key in zip(values, targets, keys, strict=True)
    ]
    schema = arrow_schema(Status)
    found = {name: [getattr(row, name) for row in rows] for name in schema.names}
    made = pa.Table.from_pydict(found, schema=schema)
    kept = table.select(list(names))
    whole = pa.schema([*kept.schema, *schema])
    return pandas_frame(pa.Table.from_arrays([*kept.columns, *made.columns], schema=whole))


@attrs.frozen(kw_only=True)
class _Judge:
    """The thresholds: how far a figure may miss its target, in exact decimals as they are written.

    In floats 0.9 - 0.85 is more than 0.05.
    """

    green: Decimal
    amber: Decimal
    direction: Good
    relative: bool

    @classmethod
    def of(cls, thresholds: Sequence[float], direction: Good, *, relative: bool) -> _Judge:
        """The thresholds as they are asked for, held to what they must be."""
        check_word("direction", direction, get_args(Good))
        if len(thresholds) != 2 or not 0 <= thresholds[0] <= thresholds[1] < math.inf:
            raise ValueError(
                "thresholds are how far a figure may miss its target and be green, and be amber: "
                f"two numbers from 0 up, the second not below the first, not {thresholds!r}"
            )
        green, amber = (_exact(each, "thresholds") for each in thresholds)
        return cls(green=green, amber=amber, direction=direction, relative=relative)

    def status(
        self, value: Decimal | None, target: Decimal | None, point: Point, *, is_total: bool
    ) -> Status:
        """The row of one figure."""
        light, words = self._light(value, target)
        return Status(
            value=None if value is None else float(value),
            target=None if target is None else float(target),
            gap=None if value is None or target is None else float(target - value),
            status=light,
            reading=point.reading,
            rule=point.rule,
            assurance=point.assurance,
            trial=point.trial,
            words="; ".join([words, *point.words]),
            is_total=is_total,
        )

    def _light(self, value: Decimal | None, target: Decimal | None) -> tuple[Light, str]:
        if value is None:
            return "no_data", "no figure"
        if target is None:
            return "no_target", "no target"
        gap = target - value
        missed = {"at_least": gap, "at_most": -gap, "within": abs(gap)}[self.direction]
        unit = abs(target) if self.relative else Decimal(1)
        green, amber = self.green * unit, self.amber * unit
        if missed <= 0:
            return "green", "meets its target"
        by = f"misses its target by {_shown(missed)}"
        if missed <= green:
            return "green", f"{by}: green up to {_shown(green)}"
        if missed <= amber:
            return "amber", f"{by}: amber up to {_shown(amber)}"
        return "red", f"{by}: red beyond {_shown(amber)}"


def _shown(number: Decimal) -> str:
    return f"{float(number):g}"


def _exact(number: float, what: str) -> Decimal:
    """A number as it is written in decimals."""
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise TypeError(f"{what} is a number, or the name of a column, not {number!r}")
    if not math.isfinite(number):
        raise ValueError(f"{what} is a finite number, not {number!r}")
    return Decimal(str(number))


def _refuse_repeats(keys: Sequence[Key]) -> None:
    times = Counter(keys)
    repeated = [key for key, number in times.items() if number > 1]
    if repeated:
        shown = ", ".join(str(each) for each in repeated[0][:-1]) or "the only group"
        raise MixedRowsError(
            f"status judges each figure by itself, and there are {times[repeated[0]]} rows of "
            f"{shown}. Put what tells them apart in by."
        )


def _numbers(table: pa.Table, name: str) -> list[Decimal | None]:
    column = table[name]
    kind = column.type
    if not (pat.is_integer(kind) or pat.is_floating(kind) or pat.is_null(kind)):
        rule = "numbers; of an amount of money make a rate"
        wrong = Failure(code="WRONG_TYPE", rule=rule, column=name, value=str(kind))
        raise ColumnTypeError("Status", [wrong])
    found = column.to_pylist()
    failures = [
        Failure(code="NOT_FINITE", rule="finite", column=name, row=row, value=value)
        for row, value in enumerate(found)
        if value is not None and not math.isfinite(value)
    ]
    if failures:
        raise ValidationError("Status", failures)
    return [None if value is None else Decimal(str(value)) for value in found]
