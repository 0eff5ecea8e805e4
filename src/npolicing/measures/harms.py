"""Harm: crimes counted by how much each stands for, by weights that the user gives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated

import attrs
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from npolicing._columns import Column
from npolicing._examining import Rows, take
from npolicing._records import Record
from npolicing._tally import By, LogRows, Where
from npolicing.calendar import within
from npolicing.entities import Crime, HarmWeight
from npolicing.errors import MissingTargetError, MixedRowsError, UnknownCodeError
from npolicing.measures._logs import Cells, Figure, Groups, cells_of, log_result
from npolicing.measures._result import IS_TOTAL, check_days

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Harm", "harm"]

_WEIGHTS = ("force", "scheme", "category", "valid_from", "weight", "unit", "valid_to")
_NONE = "(no category)"


@attrs.frozen(kw_only=True)
class Harm(Record):
    """The harm of one group's crimes, by the weights of one index."""

    crimes: Annotated[int, Column("Crimes.", unit="crimes", ge=0)] = 0
    weighed: Annotated[
        int, Column("Those of a category that has a weight.", unit="crimes", ge=0)
    ] = 0
    unweighed: Annotated[int, Column("Those of a category that has none.", unit="crimes", ge=0)] = 0
    harm: Annotated[
        float | None,
        Column("Sum of crimes times weight, in `unit`; null where any is unweighed.", ge=0),
    ] = None
    harm_variance: Annotated[
        float | None,
        Column(
            "Sum of crimes times weight squared: how far chance moves harm; null with it.", ge=0
        ),
    ] = None
    unit: Annotated[
        str | None, Column("What a weight is in; null where no crime has a weight.")
    ] = None
    scheme: Annotated[str, Column("Name of the index.")] = "CCHI"
    weights_as_of: Annotated[date, Column("Day on which the weights are in force.")] = date(
        2019, 10, 15
    )
    unweighed_categories: Annotated[
        str | None, Column("Categories without a weight; null where there are none.")
    ] = None
    is_total: Annotated[bool, IS_TOTAL] = False


def harm(
    crimes: LogRows,
    weights: Rows,
    *,
    scheme: str,
    on: date,
    by: By = None,
    where: Where = None,
    total: bool = False,
) -> pd.DataFrame:
    """Crimes counted by harm: each category times its weight in an index of harm.

    ``harm = Σ crimes * weight`` over the categories, and ``harm_variance = Σ crimes * weight²``,
    which is its variance if crimes come one by one: a few grave crimes move harm far, and many
    petty ones do not. The harm of a place for `Place.harm` is that of ``by="ward"`` or
    ``by="lsoa"``.

    No weight is shipped: editions differ, and which sentences a category stands for is a judgement.
    An index of harm leaves crimes out that the police themselves find (drugs, say) or that were
    done long before, and incidents that are no crimes: say so with `where`, and not by a weight of
    0 that nobody published.

    Args:
        crimes: `Crime` or `CrimeCount` rows, wherever they lie; or counts of crimes, in a column
            `crimes`. Needs `category` and the columns of `by`, and `force`, unless they are counts.
        weights: `HarmWeight` rows. Those of the force of the crimes count.
        scheme: The index, as the weights name it.
        on: Day on which a weight is to be in force. One day for all crimes, so that two months
            differ by their crimes and not by the edition.
        by: Columns to group by, any that the rows have; all crimes are one group without it. Null
            is a value.
        where: For a column, the value or the values of the crimes to count; `None` is null.
        total: Whether to add a row for all groups together.

    Returns:
        A row a group that has rows, sorted by `by`, null last: the columns of `Harm`. A group with
        a crime of a category without a weight has no harm, for a part of it is unknown, and its
        `unweighed_categories` names what is lacking.

    Raises:
        UnknownCodeError: If no weight is of the scheme.
        MissingTargetError: If none of it is in force on the day.
        MixedRowsError: If a category has several weights on the day; if a group, or the total,
            would add up several units; if crimes are of several forces and `by` has no `force`.
        ValidationError, MissingColumnsError, ColumnTypeError: As `tally`; or if weights break the
            declarations of `HarmWeight`.
        TypeError: If the day is none.

    Source:
        Sherman, Neyroud & Neyroud, The Cambridge Crime Harm Index, Policing 10 (2016), 171-183.
        Variance of a weighted sum of Poisson counts: Dobson and others, Confidence intervals for
        weighted sums of Poisson parameters, Statistics in Medicine 10 (1991), 457-462.

    >>> from datetime import date
    >>> import pandas as pd
    >>> from npolicing.entities import HarmWeight
    >>> made_up = {"force": "WMP", "scheme": "MADE-UP", "unit": "points", "source": "made up"}
    >>> weights = [
    ...     HarmWeight(**made_up, category="burglary", weight=10),
    ...     HarmWeight(**made_up, category="shoplifting", weight=1),
    ... ]
    >>> counts = pd.DataFrame({"ward": ["W1", "W1", "W2"], "crimes": [2, 30, 50]})
    >>> counts["category"] = ["burglary", "shoplifting", "shoplifting"]
    >>> found = harm(counts, weights, scheme="MADE-UP", on=date(2019, 10, 15), by="ward")
    >>> found[["ward", "crimes", "harm", "harm_variance"]].values.tolist()
    [['W1', 32, 50.0, 230.0], ['W2', 50, 50.0, 50.0]]
    """
    check_days(on=on)
    if on is None:
        raise TypeError("on= is a day, such as date(2020, 3, 31), not None")
    known = _weights(weights, scheme, on)
    cells = cells_of("harm", crimes, by, ["category"], where, entity=Crime)
    weighed = _Weighed.of(cells, known)

    def figures(groups: Groups) -> Mapping[str, Figure]:
        found = weighed.figures(groups)
        return {
            **found,
            "scheme": pa.array([scheme] * groups.number, pa.string()),
            "weights_as_of": pa.array([on] * groups.number, pa.date32()),
        }

    return log_result(Harm, cells, figures, total=total)


@attrs.frozen
class _Weight:
    weight: float
    unit: str


def _weights(rows: Rows, scheme: str, on: date) -> dict[tuple[str, str], _Weight]:
    """The weight of each force and category in force on the day."""
    listed = take(rows, HarmWeight, _WEIGHTS).to_pylist()
    schemes = sorted({row["scheme"] for row in listed})
    if scheme not in schemes:
        raise UnknownCodeError("scheme of harm weights", scheme, schemes)
    found: dict[tuple[str, str], list[_Weight]] = {}
    for row in listed:
        if row["scheme"] == scheme and within(row["valid_from"], row["valid_to"], on):
            key = row["force"], row["category"]
            found.setdefault(key, []).append(_Weight(row["weight"], row["unit"]))
    if not found:
        raise MissingTargetError(
            f"No weight of {scheme} is in force on {on}. Pass those of that day, or another on=."
        )
    several = sorted(f"{category} ({force})" for (force, category), of in found.items() if of[1:])
    if several:
        raise MixedRowsError(
            f"harm takes one weight of each category, and on {on} these have several: "
            f"{', '.join(several)}. Say with valid_from and valid_to which is in force."
        )
    return {key: of[0] for key, of in found.items()}


@attrs.frozen(eq=False)
class _Weighed:
    """The rows of a tally of crimes, each with its weight; NaN where it has none."""

    crimes: NDArray[np.int64]
    weights: NDArray[np.float64]
    units: list[str | None]
    categories: list[str]

    @staticmethod
    def of(cells: Cells, known: Mapping[tuple[str, str], _Weight]) -> _Weighed:
        """The weight of each row, by its force and category."""
        categories = cells.table["category"].to_pylist()
        if "force" in cells.table.column_names:
            forces = cells.table["force"].to_pylist()
        else:
            forces = [_only_force(known)] * len(categories)
        keys = [
            (str(force), category or _NONE)
            for force, category in zip(forces, categories, strict=True)
        ]
        found = [known.get(key) for key in keys]
        return _Weighed(
            cells.counts("crimes"),
            np.array([np.nan if each is None else each.weight for each in found], np.float64),
            [None if each is None else each.unit for each in found],
            [category for _, category in keys],
        )

    def figures(self, groups: Groups) -> dict[str, Figure]:
        """The figures of each group."""
        known = ~np.isnan(self.weights)
        weighed = groups.sum(self.crimes * known)
        unweighed = groups.sum(self.crimes * ~known)
        weights = np.where(known, self.weights, 0.0)
        lacking = unweighed > 0
        slices = list(groups.slices())
        return {
            "crimes": weighed + unweighed,
            "weighed": weighed,
            "unweighed": unweighed,
            "harm": pa.array(_sum(groups, self.crimes * weights), mask=lacking),
            "harm_variance": pa.array(_sum(groups, self.crimes * weights**2), mask=lacking),
            "unit": pa.array([self._unit(rows) for rows in slices], pa.string()),
            "unweighed_categories": pa.array([self._lacking(rows) for rows in slices], pa.string()),
        }

    def _unit(self, rows: slice) -> str | None:
        """The unit of a group's weights, which must be one."""
        units = sorted({unit for unit in self.units[rows] if unit is not None})
        if len(units) > 1:
            raise MixedRowsError(
                f"harm would add up weights of {len(units)} units: {', '.join(units)}. Keep the "
                "categories of one with where=, or put 'category' in by and leave total out."
            )
        return units[0] if units else None

    def _lacking(self, rows: slice) -> str | None:
        found = {
            category
            for category, weight, crimes in zip(
                self.categories[rows],
                self.weights[rows].tolist(),
                self.crimes[rows].tolist(),
                strict=True,
            )
            if np.isnan(weight) and crimes
        }
        return ", ".join(sorted(found)) or None


def _only_force(known: Mapping[tuple[str, str], _Weight]) -> str:
    """The force of the weights, for counts that do not name theirs."""
    forces = sorted({force for force, _ in known})
    if len(forces) > 1:
        raise MixedRowsError(
            f"The crimes do not say of which force they are, and the weights are of {len(forces)}: "
            f"{', '.join(forces)}. Pass those of one."
        )
    return forces[0]


def _sum(groups: Groups, values: NDArray[np.number]) -> NDArray[np.float64]:
    return np.bincount(groups.codes, values, minlength=groups.number).astype(np.float64)
