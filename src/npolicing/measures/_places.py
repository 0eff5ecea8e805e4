"""Rows of places: one kind, each place once, one time; and what of them is counted and what of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import attrs
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from npolicing._examining import Rows, take
from npolicing.entities import Place
from npolicing.errors import Failure, MixedRowsError, UnknownCodeError, ValidationError
from npolicing.measures._asked import check_number
from npolicing.measures._result import By, columns_of
from npolicing.stats.stability import MOST_COUNTED
from npolicing.vocabulary import CRITERIA, Criterion

__all__ = ["COLUMNS", "Places", "Wholes", "hold_against", "places_of", "words_for"]

_MEANT: Mapping[Criterion, str] = {
    "crime": "recorded crimes",
    "demand": "calls for service",
    "deprivation": "residents of small areas that count as deprived",
    "harm": "recorded crimes, weighted by harm",
}
"""What the column of a criterion is declared to count."""
COLUMNS: Mapping[Criterion, str] = {
    "crime": "crimes",
    "demand": "demand",
    "deprivation": "deprived",
    "harm": "harm",
}
"""The column of `Place` that a criterion is counted in."""
_BY = ("force", "npu")
_ROUNDING = 1e-9
"""Of sums of harm, whose weights are fractions."""
_LEAST = 1e-12
_MEASURED = (
    "population",
    "workday_population",
    "households",
    "hectares",
    *COLUMNS.values(),
)
_TOLD = (
    "force",
    "kind",
    "place",
    "name",
    "npu",
    *_MEASURED,
    "harm_variance",
    "since",
    "until",
)


@attrs.frozen(eq=False)
class Wholes:
    """The groups of places that are held against one another.

    Attributes:
        codes: The group of each place.
        keys: The values of each group in the columns that tell them apart.
    """

    codes: NDArray[np.intp]
    keys: list[tuple[str | None, ...]]

    @property
    def number(self) -> int:
        """How many groups there are."""
        return len(self.keys)

    def sum(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values added up by group; NaN where a part is."""
        return np.bincount(self.codes, values, minlength=self.number).astype(np.float64)

    def each(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The value of each place's own group."""
        return values[self.codes]


@attrs.frozen(eq=False)
class Places:
    """Checked rows of places, sorted by force, kind and place."""

    table: pa.Table
    by: tuple[str, ...]

    def column(self, name: str) -> NDArray[np.float64]:
        """A column of numbers; NaN where it is null."""
        return _numbers(self.table, name)

    def counted(self, criterion: Criterion) -> NDArray[np.float64]:
        """What is counted of a criterion in each place; NaN where nobody knows."""
        return self.column(COLUMNS[criterion])

    def variance(self, criterion: Criterion) -> NDArray[np.float64]:
        """How far chance moves that: NaN for a count of residents, which it does not move."""
        if criterion == "deprivation":
            return np.full(self.table.num_rows, np.nan)
        return self.column("harm_variance" if criterion == "harm" else COLUMNS[criterion])

    def wholes(self) -> Wholes:
        """The groups by the columns of `by`, in the order of their values, null last."""
        texts = [self.table[name].to_pylist() for name in self.by]
        keys = list(zip(*texts, strict=True)) if texts else [()] * self.table.num_rows
        known = sorted(set(keys), key=_null_last)
        order = {key: at for at, key in enumerate(known)}
        return Wholes(np.array([order[key] for key in keys], dtype=np.intp), known)


def places_of(measure: str, rows: Rows, by: By, *, mixed_vintages: bool) -> Places:
    """The places of rows, each once, of one kind and of one time.

    Raises:
        MixedRowsError: With a line for all that would count events twice, or add up what is not
            alike: several forces that `by` does not part, levels, vintages, times, and places that
            are there twice.
        UnknownCodeError: If `by` has a column that places are not grouped by.
        ValidationError: If a number is beyond what can be counted, or reckoned with; and as `take`.
        MissingColumnsError, ColumnTypeError: As `take`.
    """
    names = columns_of(by, _BY)
    table = take(rows, Place, _TOLD)
    _refuse_extreme(table)
    wrong = [
        *_forces(measure, table, names),
        *_levels(measure, table, mixed_vintages=mixed_vintages),
        *_twice(measure, table),
        *_times(measure, table),
    ]
    if wrong:
        raise MixedRowsError("\n".join(wrong))
    order: list[tuple[str, Literal["ascending", "descending"]]] = [
        (name, "ascending") for name in ("force", "kind", "place")
    ]
    return Places(table.sort_by(order), names)


def words_for(given: Mapping[Criterion, str] | None, places: Places) -> dict[Criterion, str | None]:
    """What stands for each criterion: the caller's words, or what its column is declared to count.

    Null where no place has it and nobody says what it would be.

    Raises:
        UnknownCodeError: If words are given for what is no criterion; names each.
    """
    said = dict(given or {})
    _refuse_strangers(said)
    absent = {name for name in CRITERIA if np.isnan(places.counted(name)).all()}
    return {name: said.get(name, None if name in absent else _MEANT[name]) for name in CRITERIA}


def hold_against(
    measure: str, whole: Mapping[Criterion, float] | None, places: Places
) -> dict[Criterion, float | None]:
    """What a whole that is known from elsewhere has beyond the places; null where it is unknown.

    Raises:
        MixedRowsError: If the places add up to more, which counts events twice; with a line for
            each criterion.
        UnknownCodeError: If a whole is of what is no criterion.
        ValueError: If the places are grouped, or a whole is below 0, infinite or NaN.
        TypeError: If a whole is no number.
    """
    known = dict(whole or {})
    _refuse_strangers(known)
    if known and places.by:
        raise ValueError("whole= is of all places together, and these are held apart in groups")
    beyond: dict[Criterion, float | None] = dict.fromkeys(CRITERIA)
    wrong = []
    for name, most in known.items():
        told = f"whole= has a number from 0 for {name}"
        if check_number(told, most) < 0:
            raise ValueError(f"{told}, not {most}")
        counts = places.counted(name)
        found = float(np.nansum(counts))
        if found > most * (1 + _ROUNDING):
            wrong.append(
                f"{measure} would count {name} twice: the places add up to {found:,.15g}, and "
                f"there are {most:,.15g}. Some lie over others, or events are in two."
            )
        beyond[name] = None if np.isnan(counts).any() else max(most - found, 0.0)
    if wrong:
        raise MixedRowsError("\n".join(wrong))
    return beyond


def _numbers(table: pa.Table, name: str) -> NDArray[np.float64]:
    return np.asarray(table[name].to_numpy(), dtype=np.float64)


def _refuse_extreme(table: pa.Table) -> None:
    """Refuse numbers by their place whose squares and shares would leave the floats."""
    variance = _numbers(table, "harm_variance")
    flags: list[tuple[str, str, NDArray[np.bool_]]] = []
    for name in (*_MEASURED, "harm_variance"):
        values = _numbers(table, name)
        flags += [
            (name, "at most 1e15", values > MOST_COUNTED),
            (name, "0, or at least 1e-12", (values > 0) & (values < _LEAST)),
        ]
    if not any(wrong.any() for _, _, wrong in flags):
        harm = _numbers(table, "harm")
        # As many equal events would tell as much of it.
        wrong = (variance > 0) & (harm**2 > MOST_COUNTED * variance)
        flags.append(("harm_variance", "at least harm² / 1e15", wrong))
    codes = np.array(table["place"].to_pylist(), dtype=object)
    failures = [
        Failure(code="OUT_OF_RANGE", rule=rule, column=name, value=code)
        for name, rule, wrong in flags
        for code in codes[wrong].tolist()
    ]
    if failures:
        raise ValidationError("Place", failures)


def _refuse_strangers(given: Mapping[Criterion, object]) -> None:
    unknown = [str(name) for name in given if name not in CRITERIA]
    if unknown:
        raise UnknownCodeError("criterion", ", ".join(unknown), CRITERIA)


def _null_last(key: Sequence[str | None]) -> list[tuple[bool, str]]:
    return [(value is None, value or "") for value in key]


def _texts(table: pa.Table, name: str) -> list[str]:
    return [str(value) for value in table[name].to_pylist()]


def _forces(measure: str, table: pa.Table, by: Sequence[str]) -> Iterator[str]:
    found = sorted(set(_texts(table, "force")))
    if len(found) > 1 and "force" not in by:
        yield (
            f"{measure} holds the places of one force against one another, and these are of "
            f"{len(found)}: {', '.join(found)}. Group them by 'force', or pass the rows of one."
        )


def _levels(measure: str, table: pa.Table, *, mixed_vintages: bool) -> Iterator[str]:
    levels: dict[str, list[str]] = {}
    for kind in sorted(set(_texts(table, "kind"))):
        levels.setdefault(_level(kind), []).append(kind)
    if len(levels) > 1:
        yield (
            f"{measure} would count events twice: it has places of {len(levels)} levels, "
            f"{' and '.join(levels)}, and one may lie in the other. Pass the rows of one."
        )
    for level, vintages in levels.items():
        if len(vintages) > 1 and not mixed_vintages:
            yield (
                f"{measure} takes one vintage of {level}, for two may share ground, and these are "
                f"of {len(vintages)}: {', '.join(vintages)}. Bring them to one, or pass "
                "mixed_vintages=True where none lies over another."
            )


def _level(kind: str) -> str:
    """A kind without its vintage: ward of ward24."""
    return kind.rstrip("0123456789")


def _twice(measure: str, table: pa.Table) -> Iterator[str]:
    """Codes that stayed from one vintage to the next; the same of one kind is no key."""
    kinds: dict[tuple[str, str, str], list[str]] = {}
    columns = (_texts(table, name) for name in ("force", "kind", "place"))
    for force, kind, place in zip(*columns, strict=True):
        kinds.setdefault((force, _level(kind), place), []).append(kind)
    several = sorted(
        f"{place} ({', '.join(sorted(found))})"
        for (_, _, place), found in kinds.items()
        if len(found) > 1
    )
    if several:
        yield (
            f"{measure} counts a place once, and these have several rows: {', '.join(several)}. "
            "Keep one of each."
        )


def _times(measure: str, table: pa.Table) -> Iterator[str]:
    times = set(zip(table["since"].to_pylist(), table["until"].to_pylist(), strict=True))
    if len(times) > 1:
        told = sorted(f"{since or 'unknown'} to {until or 'unknown'}" for since, until in times)
        yield (
            f"{measure} holds counts of one time against one another, and these are of "
            f"{len(told)}: {', '.join(told)}. Pass the rows of one."
        )
