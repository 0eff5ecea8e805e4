"""The fund in a pack: what is spent, what is asked for, and which evaluations are due or late."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, get_args

from npolicing._records import Records
from npolicing._wording import percent, pounds
from npolicing.entities import ACFBid, BudgetPosition
from npolicing.exhibits import Exhibit, Section, Table
from npolicing.measures import spend_rate
from npolicing.packs.asking import Finding, Order, Part
from npolicing.packs.charting import spending
from npolicing.packs.fund_evaluations import evaluation_tables, late_evaluations
from npolicing.packs.layout import pack_table, text, value
from npolicing.packs.quantities import Line, Quantity
from npolicing.vocabulary import BidStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from npolicing.packs.asking import Ask

__all__ = ["fund"]

Row = dict[str, object]
_NAMES = {"ACF": "Active Citizens Fund"}
_MONEY = ("requested", "awarded", "allocated", "paid")


def fund(ask: Ask) -> Part:
    """The section on the fund and its pipeline, in the financial year of the period."""
    year, tables = ask.period.financial_year, ask.inputs.tables
    missing: list[str] = []
    exhibits: list[Exhibit] = []
    lines: list[Line] = []
    findings: list[Finding] = []
    positions = [
        row
        for row in ask.own(tables.of_entity("budget_positions", BudgetPosition))
        if row.financial_year == year and row.as_of <= ask.as_of
    ]
    if positions:
        frames = {
            code: _spending(ask, [row for row in positions if row.fund == code])
            for code in dict.fromkeys(row.fund for row in positions)
        }
        rows = [row for code, frame in frames.items() for row in _rows(code, frame)]
        for code, frame in frames.items():
            exhibits += spending(ask, code.lower(), _NAMES.get(code, code), frame)
        exhibits.append(_spend_table(ask, rows, year))
        lines += [_spend_line(ask, row) for row in rows]
        findings += [finding for row in rows for finding in _spend_findings(ask, row)]
    else:
        missing.append(_gone(ask, "budget_positions", _SPENDING, f"position of {year}"))
    bids = [
        row for row in ask.own(tables.of_entity("acf_bids", ACFBid)) if row.financial_year == year
    ]
    if bids:
        exhibits += [_bid_table(ask, bids, year), *evaluation_tables(ask, bids, year)]
        lines += _bid_lines(ask, bids)
        findings += late_evaluations(ask, bids)
    else:
        missing.append(_gone(ask, "acf_bids", _BIDS, f"bid of {year}"))
    figures = [one for line in lines for one in line.figures(ask.name, ask.inputs.force, {})]
    return Part(
        section=Section(
            heading="The fund and its pipeline", exhibits=tuple(exhibits), missing=tuple(missing)
        ),
        figures=figures,
        findings=findings,
    )


_SPENDING = "what is spent, promised and asked for, and whether that keeps pace with the year"
_BIDS = "bids by status with their amounts, and which evaluations are due or late"


def _gone(ask: Ask, name: str, would: str, what: str) -> str:
    if ask.inputs.tables.has(name):
        return f"No {what} up to {ask.as_of} is of {ask.whom}."
    return f"The table {name} is missing. It would have shown {would}."


def _spending(ask: Ask, own: Sequence[BudgetPosition]) -> pd.DataFrame:
    """The spend rate of a fund: of each unit, and of the force where there are several."""
    units = [row for row in own if row.npu is not None]
    return spend_rate(
        Records(BudgetPosition, units or own),
        by="npu",
        total=ask.npu is None and len(units) > 1,
        as_of=ask.as_of,
    )


def _rows(code: str, frame: pd.DataFrame) -> Iterator[Row]:
    for row in frame.to_dict("records"):
        plain = {
            str(name): None if str(each) in ("nan", "<NA>", "NaT", "None") else each
            for name, each in row.items()
        }
        yield {"fund": code, **plain}


def _spend_table(ask: Ask, rows: Sequence[Row], year: str) -> Table:
    return pack_table(
        ask,
        "spend",
        f"{ask.whom}: budget and spending, {year}",
        [
            *([] if ask.npu else [text("unit", "NPU")]),
            text("label", "Fund"),
            text("as_of", "As of"),
            value("budget", "Budget", "GBP"),
            value("spent", "Spent", "GBP"),
            value("unspent", "Outstanding", "GBP"),
            value("spend_rate", "Share spent", "ratio"),
            value("allocated", "Promised", "GBP"),
            value("submitted", "Asked for", "GBP"),
            value("elapsed_share", "Year passed", "ratio"),
            value("pace_index", "Pace", "index", 2),
        ],
        [
            {
                **row,
                "label": _NAMES.get(str(row["fund"]), str(row["fund"])),
                "unit": "Force" if row["is_total"] is True else row["npu"] or "Force",
                "is_total": False,
            }
            for row in rows
        ],
        notes=[
            (
                "Promised: the spent included. Pace: share spent over the share of the year's days "
                "that have passed; 1 is even spending."
            ),
        ],
        source=ask.source("budget_positions"),
        synthetic=ask.inputs.synthetic("budget_positions"),
    )


def _spend_line(ask: Ask, row: Row) -> Line:
    rate = row["spend_rate"]
    return Line(
        section="fund",
        measure="spend_rate",
        label="Share of the budget spent",
        unit="ratio",
        npu=None if row["npu"] is None else str(row["npu"]),
        item=str(row["fund"]),
        is_total=row["is_total"] is True,
        times={
            "as_of": Quantity(
                numerator=row["spent"],  # type: ignore[arg-type] # an amount
                denominator=row["budget"],  # type: ignore[arg-type] # an amount
                figure=None if rate is None else float(str(rate)),
            )
        },
        day=row["as_of"] or ask.as_of,  # type: ignore[arg-type] # a day
        synthetic=ask.inputs.synthetic("budget_positions"),
    )


def _spend_findings(ask: Ask, row: Row) -> Iterator[Finding]:
    """What is overspent, and what of it is spent where half as much should be, or twice."""
    if ask.npu is None and row["is_total"] is not True and len(ask.units) > 1:
        return
    spent, budget, unspent = row["spent"], row["budget"], row["unspent"]
    if not isinstance(spent, Decimal) or not isinstance(budget, Decimal):
        return
    name = _NAMES.get(str(row["fund"]), str(row["fund"]))
    words = f"{name}: {pounds(spent)} of {pounds(budget)} spent"
    if isinstance(unspent, Decimal) and unspent < 0:
        yield Finding(order=Order.RED, words=f"{words}: overspent by {pounds(-unspent)}.")
    elif row["pace_index"] is not None and float(str(row["pace_index"])) < 1:
        passed = percent(float(str(row["elapsed_share"])))
        rate = percent(float(str(row["spend_rate"])))
        yield Finding(
            order=Order.OFF_PACE,
            words=f"{words} ({rate}) with {passed} of the year passed: slower than evenly.",
        )


def _sum(bids: Sequence[ACFBid], name: str) -> Decimal | None:
    """The sum of an amount; null where a bid has none."""
    amounts = [getattr(bid, name) for bid in bids]
    return None if None in amounts else sum(amounts, Decimal(0))


def _bid_table(ask: Ask, bids: Sequence[ACFBid], year: str) -> Table:
    rows: list[Row] = []
    for status in get_args(BidStatus):
        own = [bid for bid in bids if bid.status == status]
        if own:
            sums = {name: _sum(own, name) for name in _MONEY}
            rows.append({"status": status.replace("_", " "), "bids": len(own), **sums})
    return pack_table(
        ask,
        "bids",
        f"{ask.whom}: bids of {year} by status",
        [
            text("status", "Status"),
            value("bids", "Bids", "bids"),
            value("requested", "Requested", "GBP"),
            value("awarded", "Awarded", "GBP"),
            value("allocated", "Promised", "GBP"),
            value("paid", "Paid", "GBP"),
        ],
        rows,
        notes=[
            "The status is that of the table; an amount that a bid lacks makes its sum unknown."
        ],
        source=ask.source("acf_bids"),
        synthetic=ask.inputs.synthetic("acf_bids"),
    )


def _bid_lines(ask: Ask, bids: Sequence[ACFBid]) -> Iterator[Line]:
    for status in get_args(BidStatus):
        own = [bid for bid in bids if bid.status == status]
        if not own:
            continue
        for measure, unit, figure in (
            ("bids", "bids", len(own)),
            ("requested", "GBP", _sum(own, "requested")),
        ):
            yield Line(
                section="fund",
                measure=measure,
                label=status,
                unit=unit,
                npu=ask.npu,
                item=status,
                is_total=ask.npu is None,
                times={"as_of": Quantity(numerator=figure, figure=figure)},
                day=ask.as_of,
                synthetic=ask.inputs.synthetic("acf_bids"),
            )
