"""A small force for the tests of packs: made-up logs and tables, and counts of them by hand."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from npolicing import packs
from npolicing.entities import (
    ACFBid,
    Action,
    BudgetPosition,
    CrimeCount,
    DemandTier,
    Log,
    Milestone,
    Observation,
    Problem,
    Scheme,
    Target,
    Threshold,
    Ward,
)
from npolicing.packs import PackFigure, PackInputs, PackTables
from npolicing.store import write_store
from npolicing.vocabulary import LogStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
from typing import Any

FORCE = "WMP"
UNITS = ("CV", "SH")
FIRST, LAST = date(2017, 9, 1), date(2019, 9, 30)
GRADES = ("P1", "P2", "P3", "P6")
TARGETS = {"P1": 900, "P2": 3600}


def logs(last: date = LAST, *, seed: int = 7, a_day: int = 3) -> list[Log]:
    """Logs of each day, of two units and of none; some things of some of them are not known."""
    draw = random.Random(seed)  # noqa: S311 # made up
    found: list[Log] = []
    for number in range((last - FIRST).days + 1):
        day = FIRST + timedelta(days=number)
        found += [_log(draw, day, at) for at in range(draw.randrange(1, 2 * a_day))]
    return found


def _log(draw: random.Random, day: date, number: int) -> Log:
    received = datetime.combine(day, time(12, 0), UTC) + timedelta(minutes=number)
    attended = draw.choice([True, True, False, None])
    took = draw.choice([300, 900, 901, 3600, 3601, 7200, None]) if attended else None
    arrived = None if took is None else received + timedelta(seconds=took)
    neighbourhood = draw.choice([True, False, None]) if attended is not False else False
    neighbourhood = neighbourhood if attended else (None if attended is None else False)
    status: LogStatus | None = draw.choice(
        ["closed", "closed", "closed", "open", "cancelled", None]
    )
    ended = received + timedelta(days=draw.choice([0, 2, 40]), hours=3)
    return Log(
        log_id=f"L-{number}",
        force=FORCE,
        npu=draw.choice([*UNITS, *UNITS, None]),
        priority=draw.choice(GRADES),
        received_at=received,
        received_on=day,
        month=day.isoformat()[:7],
        hour_of_week=day.weekday() * 24 + 12,
        status=status,
        first_arrived_at=arrived,
        response_seconds=took,
        closed_at=ended if status == "closed" and draw.random() < 0.9 else None,
        attended=attended,
        attended_by_neighbourhood=neighbourhood,
        resolved_by=draw.choice(["attendance", "hub", "contact", None]),
    )


def tables() -> PackTables:
    """One of each table, small enough to be counted by hand."""
    here: dict[str, Any] = {"force": FORCE, "npu": "CV"}
    day, then = date(2019, 9, 30), date(2019, 4, 1)
    year: dict[str, Any] = {"force": FORCE, "financial_year": "2019/20", "fund": "ACF"}
    bid: dict[str, Any] = {**year, "applicant_kind": "community_group", "aligned_staff": "S-1"}
    return PackTables.of(
        observations=[
            Observation(**here, kind="street_watch", value=8, as_of=then),
            Observation(**here, kind="street_watch", value=12, as_of=date(2019, 9, 1)),
            Observation(**here, kind="street_watch", value=99, as_of=date(2019, 10, 1)),
            Observation(force=FORCE, npu="SH", kind="street_watch", value=20, as_of=then),
            Observation(
                force=FORCE, npu="SH", kind="street_watch", value=22, as_of=date(2019, 9, 1)
            ),
            *(
                Observation(
                    **here,
                    kind="ward_meetings_held",
                    value=value,
                    period_start=date(year_, 9, 1),
                    as_of=date(year_, 9, 30),
                )
                for year_, value in ((2018, 4), (2019, 6))
            ),
            Observation(force=FORCE, kind="messaging_sign_ups", value=51_511, as_of=then),
            Observation(
                force=FORCE, kind="messaging_sign_ups", value=87_511, as_of=date(2019, 9, 1)
            ),
        ],
        targets=[
            Target(**here, kind="street_watch", value=20, due=date(2020, 3, 31)),
            Target(force=FORCE, npu="SH", kind="street_watch", value=30, due=date(2020, 3, 31)),
        ],
        milestones=[Milestone(**here, kind="street_watch", value=14, due=date(2019, 9, 1))],
        thresholds=[
            Threshold(
                force=FORCE,
                measure="share_within_target",
                direction="at_least",
                green=0.0,
                amber=0.05,
                target=0.99,
            )
        ],
        wards=[Ward(force=FORCE, ward=f"W{n}", name=f"Ward {n}", npu="CV") for n in (1, 2, 3)],
        schemes=[
            Scheme(**here, kind="street_watch", scheme_id="S1", status="active", wards=("W1",)),
            Scheme(**here, kind="street_watch", scheme_id="S2", status="forming", wards=("W2",)),
        ],
        budget_positions=[
            BudgetPosition(**year, npu=npu, as_of=day, budget=Decimal(budget), spent=Decimal(spent))
            for npu, budget, spent in (("CV", 100, "40.10"), ("SH", 300, "240.00"))
        ],
        acf_bids=[
            ACFBid(**bid, npu="CV", bid_id="B1", status="submitted", requested=Decimal("120.50")),
            ACFBid(**bid, npu="CV", bid_id="B2", status="submitted", requested=Decimal("79.50")),
            ACFBid(
                **bid,
                npu="CV",
                bid_id="B3",
                status="paid",
                requested=Decimal(50),
                awarded=Decimal(50),
                allocated=Decimal(50),
                paid=Decimal(40),
                evaluation_status="due",
                evaluation_due_on=date(2019, 9, 1),
            ),
            ACFBid(**bid, npu="SH", bid_id="B4", status="rejected", requested=Decimal(10)),
        ],
        crime_counts=[
            CrimeCount(force=FORCE, npu=npu, category=category, month=month, crimes=crimes)
            for npu in UNITS
            for category, series in crimes_of(npu).items()
            for month, crimes in series.items()
        ],
        problems=[
            Problem(
                **here,
                problem_id="P1",
                title="Bikes",
                stage="scan",
                stage_since=then,
                opened_on=then,
                review_on=date(2019, 9, 2),
            ),
            Problem(
                **here,
                problem_id="P2",
                title="Parking",
                stage="respond",
                stage_since=then,
                opened_on=then,
                closed_on=date(2019, 8, 1),
            ),
        ],
        demand_tiers=[
            DemandTier(**here, plan="p", level=level, name=name, logs_per_day=from_)
            for level, name, from_ in ((1, "Amber", 0.5), (2, "Red", 500.0))
        ],
        actions=[
            _action("A1", raised=date(2019, 8, 1), due=date(2019, 9, 10)),
            _action("A2", raised=date(2019, 8, 1), due=date(2019, 9, 30)),
            _action("A3", raised=date(2019, 8, 1), due=date(2019, 9, 1), done=date(2019, 9, 3)),
            _action("A4", raised=date(2019, 8, 1), due=date(2019, 8, 9), done=date(2019, 10, 1)),
            _action("A5", raised=date(2019, 10, 1), due=date(2019, 10, 2)),
            _action("A6", raised=date(2019, 8, 1), due=None),
        ],
    )


def _action(name: str, *, raised: date, due: date | None, done: date | None = None) -> Action:
    return Action(
        force=FORCE,
        npu="CV",
        forum="sim",
        action_id=name,
        title=f"Do {name}",
        raised_on=raised,
        due=due,
        done_on=done,
        responsible="NPU Commander",
    )


def crimes_of(npu: str) -> dict[str, dict[str, int]]:
    """Crimes of 36 months; robbery of one unit trebles in the last."""
    months = [f"{year}-{month:02}" for year in range(2016, 2020) for month in range(1, 13)]
    months = [month for month in months if "2016-10" <= month <= "2019-09"]
    wobble = [0, 3, -2, 1, -3, 2, -1]

    def series(base: int) -> dict[str, int]:
        return {month: base + wobble[at % 7] for at, month in enumerate(months)}

    robbery = series(40)
    if npu == "CV":
        robbery["2019-09"] = 120
    return {"Burglary": series(60), "Robbery": robbery, "Drugs": series(10)}


def inputs_of(
    folder: Path, rows: Iterable[Log] | None = None, *, small: PackTables | None = None
) -> PackInputs:
    """Inputs of a store of logs, and of tables."""
    write_store([*(logs() if rows is None else rows)], folder, how="merge")
    return packs.read_inputs(store=folder, tables=tables() if small is None else small)


def figure(rows: Iterable[PackFigure], **wanted: object) -> PackFigure:
    """The one figure with some values."""
    (found,) = (
        row for row in rows if all(getattr(row, name) == value for name, value in wanted.items())
    )
    return found


def number_of(rows: Iterable[Log], holds: Callable[[Log], bool]) -> int:
    """How many logs something holds of."""
    return sum(1 for row in rows if holds(row))
