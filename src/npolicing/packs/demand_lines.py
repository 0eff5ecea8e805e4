"""Calls for service in packs: logs a day, of each unit and grade, against the year before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import attrs
import pandas as pd

from npolicing.disclosure import Links
from npolicing.measures import demand, year_on_year
from npolicing.packs.hiding import Hiding, why_hidden
from npolicing.packs.log_measures import Key, both, of_months, rows_of
from npolicing.packs.long_form import Basis
from npolicing.packs.quantities import Change, Quantity
from npolicing.stats.rates import quasi_poisson_rate

if TYPE_CHECKING:
    from datetime import date

    from npolicing.packs.counting import LogCounts
    from npolicing.packs.periods import Period

__all__ = ["Demanded", "demanded"]

_LINKS = Links(
    counts=("now", "before", "ytd", "ytd_before"),
    linked={
        "low": ("now",),
        "high": ("now",),
        "change": ("now", "before"),
        "change_low": ("now", "before"),
        "change_high": ("now", "before"),
        "ytd_change": ("ytd", "ytd_before"),
        "ytd_change_low": ("ytd", "ytd_before"),
        "ytd_change_high": ("ytd", "ytd_before"),
    },
    free=("days", "before_days", "ytd_days", "ytd_before_days"),
    parts={"ytd": ("now",), "ytd_before": ("before",)},
)
_NAMES: Mapping[Basis, str] = {
    "period": "now",
    "year_before": "before",
    "year_to_date": "ytd",
    "year_to_date_before": "ytd_before",
}


@attrs.frozen(kw_only=True)
class Demanded:
    """The logs of a unit, or of a grade of it, at each time, and how they changed."""

    times: Mapping[Basis, Quantity]
    changes: Mapping[Basis, Change]


def demanded(
    counts: LogCounts, period: Period, hiding: Hiding, by: Sequence[str] = ()
) -> dict[Key, Demanded]:
    """The logs of each unit and of the force at a period; of each grade with `by`.

    Of a period that the logs do not cover to its end, the days that they cover are counted, and
    held against the same days of the year before.
    """
    until = _until(counts, period)
    frame = _joined(counts, period, by, until)
    if frame.empty:
        return {}
    totals = [("npu",), ()] if by else []
    shown = hiding.of_counts(frame, "Calls for service", _LINKS, ["npu", *by], totals)
    found = {}
    for row in rows_of(shown):
        npu = None if row["npu"] is None else str(row["npu"])
        key: Key = (npu, str(row[by[0]]) if by else None, bool(row["is_total"]))
        found[key] = _of(row)
    return found


def _until(counts: LogCounts, period: Period) -> date | None:
    """The last day that the logs cover, where it is before the period's last."""
    ends = counts.until
    return ends if ends is not None and period.since <= ends < period.until else None


def _joined(
    counts: LogCounts, period: Period, by: Sequence[str], until: date | None
) -> pd.DataFrame:
    """A row a unit and item: its logs at each time, and what became of them."""
    keys = ["npu", *by, "is_total"]
    now = both(lambda names: _demand(counts, period, names, until), by)
    if now.empty:
        return now

    def compared(*, to_date: bool) -> pd.DataFrame:
        last = until if until is not None and until.isoformat()[:7] == period.last else None
        return both(
            lambda names: year_on_year(
                counts.days,
                month=period.last,
                months=1 if to_date else len(period.months),
                to_date=to_date,
                until=last,
                by=names,
            ),
            by,
        )

    year = compared(to_date=False).rename(columns=_renamed("", "before"))
    so_far = compared(to_date=True).rename(columns=_renamed("ytd_", "ytd_before"))
    frame = year[[*keys, *_FIELDS[""]]].merge(
        so_far[[*keys, *_FIELDS["ytd_"]]], on=keys, how="outer"
    )
    return frame.merge(now, on=keys, how="left")


def _renamed(prefix: str, before: str) -> dict[str, str]:
    return {
        "current": prefix.rstrip("_") or "now",
        "before": before,
        "days": f"{prefix}days",
        "before_days": f"{before}_days",
        "rate_ratio": f"{prefix}change",
        "low": f"{prefix}change_low",
        "high": f"{prefix}change_high",
    }


_FIELDS = {
    "": [*_renamed("", "before").values()],
    "ytd_": [*_renamed("ytd_", "ytd_before").values()],
}


def _demand(
    counts: LogCounts, period: Period, by: Sequence[str], until: date | None
) -> pd.DataFrame:
    """The interval of the logs a day of the whole period: its days vary as `demand` finds them."""
    months = demand(of_months(counts.days, period.months), by=by, until=until)
    if months.empty:
        return pd.DataFrame({name: [] for name in (*by, "low", "high", "is_total")})
    groups = months.groupby([*by, "is_total"], dropna=False, sort=False)
    summed = groups.agg(
        logs=("logs", lambda each: each.sum(skipna=False)),
        days=("days", "sum"),
        dispersion=("dispersion", "first"),
    ).reset_index()
    logs, spread = (
        summed[name].astype("Float64").to_numpy("float64", na_value=float("nan"))
        for name in ("logs", "dispersion")
    )
    found = quasi_poisson_rate(logs, summed["days"].to_numpy(), dispersion=spread)
    return summed.assign(low=found.low, high=found.high)[[*by, "low", "high", "is_total"]]


def _of(row: Mapping[str, object]) -> Demanded:
    def number(name: str) -> float | None:
        value = row.get(name)
        return None if value is None or str(value) in ("nan", "<NA>") else float(str(value))

    def quantity(basis: Basis) -> Quantity:
        name = _NAMES[basis]
        days = number("days" if basis == "period" else f"{name}_days")
        logs = number(name)
        now = basis == "period"
        return Quantity(
            numerator=logs,
            denominator=days,
            figure=None if logs is None or not days else logs / days,
            low=number("low") if now else None,
            high=number("high") if now else None,
            hidden=why_hidden(row, (name,)),
        )

    def change(prefix: str) -> Change:
        names = (f"{prefix}change{end}" for end in ("", "_low", "_high"))
        ratio, low, high = map(number, names)
        return Change(change=ratio, low=low, high=high, is_ratio=True)

    return Demanded(
        times={basis: quantity(basis) for basis in _NAMES},
        changes={"period": change(""), "year_to_date": change("ytd_")},
    )
