"""What the dashboard reads: a star's tables joined once, and sums of what is in view."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import mkdtemp

import attrs
import pandas as pd

import npolicing as npol
from npolicing.stats.intervals import wilson

FORCE = "All units"
SURGES = ["P1", "P2", "P3"]


@attrs.frozen(eq=False)
class Star:
    """A star in memory.

    Attributes:
        facts: `fact_log_month` with the unit, the grade and the month of each row.
        units: What units are called, by their codes.
        days: How many days each month has.
        synthetic: Whether logs in it are made up.
        marking: The protective marking, if it has one.
    """

    facts: pd.DataFrame
    units: dict[str, str]
    days: dict[str, int]
    synthetic: bool
    marking: str | None

    def of(self, unit: str | None) -> pd.DataFrame:
        """The facts of a unit, or of all."""
        return self.facts if unit is None else self.facts[self.facts["npu"] == unit]


@attrs.frozen
class Share:
    """A ratio of sums as it is shown: never without what it is a ratio of."""

    label: str
    part: int
    whole: int
    of: str

    @property
    def value(self) -> str:
        """The ratio in words."""
        return f"{100 * self.part / self.whole:.1f} %" if self.whole else "–"  # noqa: RUF001 # no figure

    @property
    def parts(self) -> str:
        """Its numerator, its denominator and its interval in words."""
        words = f"{self.part:,} of {self.whole:,} {self.of}"
        if not self.whole:
            return words
        found = wilson(self.part, self.whole)
        low, high = (100 * float(each) for each in (found.low, found.high))
        return f"{words}; 95 % interval {low:.1f} % to {high:.1f} %"


def read_star(folder: Path) -> Star:
    """The star of a folder, as `npolicing star STORE --out FOLDER` wrote it."""
    home = folder / "v1"
    said = json.loads((home / "datapackage.json").read_text(encoding="utf-8"))["npolicing"]
    areas = pd.read_parquet(home / "dim_area.parquet")
    grades = pd.read_parquet(home / "dim_grade.parquet")
    dates = pd.read_parquet(home / "dim_date.parquet")
    facts = (
        pd.read_parquet(home / "fact_log_month")
        .merge(areas[["area_key", "npu"]], on="area_key", validate="many_to_one")
        .merge(grades[["grade_key", "grade"]], on="grade_key", validate="many_to_one")
    )
    months = dates.drop_duplicates("month_start").set_index("month_start")
    facts["month"] = facts["month_start"].map(months["month"])
    named = areas[(areas["level"] == "npu") & areas["code"].notna()]
    names = named["name"].fillna(named["code"])
    return Star(
        facts=facts,
        units=dict(zip(named["code"], names, strict=True)),
        days=dict(zip(months["month"], months["days_in_month"].astype(int), strict=True)),
        synthetic=bool(said["synthetic"]),
        marking=said["marking"],
    )


def made_up_star(rows: int = 60_000) -> Path:
    """A star of made-up logs of two years, in a folder of its own."""
    folder = Path(mkdtemp(prefix="npolicing-star-"))
    npol.write_store(npol.synthetic.logs(rows=rows), folder / "store", how="replace")
    npol.star(folder / "store", folder / "star")
    return folder / "star"


def shares(facts: pd.DataFrame) -> list[Share]:
    """The ratios of what is in view."""
    surges = facts[facts["grade"].isin(SURGES)]
    team, unknown, logs = _added(
        surges, "attended_by_neighbourhood", "attended_by_neighbourhood_unknown", "logs"
    )
    within, arrived = _added(facts, "within_target", "arrived_of_target")
    without, resolved = _added(facts, "without_deployment", "resolved")
    return [
        Share(
            "Attended by a neighbourhood team, P1 to P3",
            team,
            logs - unknown,
            "logs of which it is known",
        ),
        Share("Response within target", within, arrived, "arrivals at grades with a target"),
        Share("Resolved without deployment", without, resolved, "resolved logs"),
    ]


def _added(facts: pd.DataFrame, *names: str) -> list[int]:
    return [int(facts[name].sum()) for name in names]


def by_month(star: Star, facts: pd.DataFrame) -> pd.DataFrame:
    """Logs a day of each month, and the parts of the ratio of attendance."""
    surges = facts[facts["grade"].isin(SURGES)].groupby("month")
    logs = facts.groupby("month")["logs"].sum()
    # A month in which the force has logs, and the unit none, is 0 for the unit.
    months = sorted(star.facts["month"].unique())
    found = pd.DataFrame({"logs": logs.reindex(months, fill_value=0)})
    found["days"] = [star.days[month] for month in months]
    found["logs_per_day"] = found["logs"] / found["days"]
    known = surges["logs"].sum() - surges["attended_by_neighbourhood_unknown"].sum()
    found["p1_to_p3_known"] = known.reindex(months, fill_value=0)
    found["attended_by_neighbourhood"] = (
        surges["attended_by_neighbourhood"].sum().reindex(months, fill_value=0)
    )
    whole = found["p1_to_p3_known"]
    found["attendance_ratio"] = found["attended_by_neighbourhood"] / whole.where(whole > 0)
    return found.rename_axis("month").reset_index()
