"""The columns of a suppressed table: each count, each figure, and why it is shown or is not."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pandas as pd

from npolicing.disclosure.asked import STATUS, Asked
from npolicing.disclosure.rules import DisclosureRule
from npolicing.disclosure.symbols import texts
from npolicing.stats.rounding import round_to

__all__ = ["published_columns"]

Hidden = Mapping[tuple[int, str], str]


def published_columns(table: pd.DataFrame, asked: Asked, hidden: Hidden) -> pd.DataFrame:
    """The table without what is hidden, and with the status of each count and figure."""
    columns: dict[str, pd.Series] = {}
    figures = asked.figures(table)
    for name in table.columns:
        if name in asked.links.counts:
            columns |= _count(name, table[name], asked.rule, hidden)
        elif name not in figures:
            columns[name] = table[name]
        elif asked.rule.keeps_figures:
            columns |= _figure(name, table[name], asked, hidden)
    return pd.DataFrame(columns, index=table.index)


def _count(
    name: str, column: pd.Series, rule: DisclosureRule, hidden: Hidden
) -> dict[str, pd.Series]:
    values: list[int | None] = []
    statuses: list[str] = []
    for row, (value, null) in enumerate(zip(column, column.isna(), strict=True)):
        why = hidden.get((row, name))
        values.append(None if null or why else rule.published(int(value)))
        exact = rule.base is None or null or int(value) == 0
        statuses.append("unknown" if null else why or ("shown" if exact else "rounded"))
    return {
        name: pd.Series(values, column.index, dtype="Int64"),
        f"{name}{STATUS}": texts(statuses, column.index),
    }


def _figure(name: str, column: pd.Series, asked: Asked, hidden: Hidden) -> dict[str, pd.Series]:
    made_of, places = asked.made_of(name), asked.rule.places
    if name in asked.links.across:
        gone = [bool(hidden)] * len(column)
    else:
        gone = [any((row, each) in hidden for each in made_of) for row in range(len(column))]
    rounded = places is not None and pd.api.types.is_float_dtype(column)
    known = "rounded" if rounded else "shown"
    statuses = [
        "linked" if hide else "unknown" if null else known
        for hide, null in zip(gone, column.isna(), strict=True)
    ]
    kept = _nullable(column).mask(pd.Series(gone, column.index, dtype="bool"))
    if places is not None and rounded:
        kept = _rounded(kept, places)
    return {name: kept, f"{name}{STATUS}": texts(statuses, column.index)}


def _nullable(column: pd.Series) -> pd.Series:
    """A column in a type that has null, whatever its values are."""
    if pd.api.types.is_bool_dtype(column):
        return column.astype("boolean")
    return column.astype("Int64") if pd.api.types.is_integer_dtype(column) else column


def _rounded(column: pd.Series, places: int) -> pd.Series:
    step = Decimal(1).scaleb(-places)
    values = [
        None if null else float(round_to(Decimal(str(value)), step))
        for value, null in zip(column, column.isna(), strict=True)
    ]
    return pd.Series(values, column.index, dtype=column.dtype)
