"""Evaluations of the fund in a pack: which are due or late, and what of the money they cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from npolicing._records import Records
from npolicing._wording import day_words
from npolicing.entities import ACFBid
from npolicing.measures import fund_evaluation
from npolicing.measures._evaluations import evaluation_state
from npolicing.packs.asking import Finding, Order
from npolicing.packs.layout import pack_table, text, value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from npolicing.exhibits import Table
    from npolicing.packs.asking import Ask

__all__ = ["evaluation_tables", "late_evaluations"]


def evaluation_tables(ask: Ask, bids: Sequence[ACFBid], year: str) -> Iterator[Table]:
    """Where the evaluations of bids stand, where any is asked, and what they cover of projects."""
    found = _by_state(ask, bids)
    rows = [
        {
            "state": state,
            "bids": len(own),
            "earliest": min(
                (bid.evaluation_due_on for bid in own if bid.evaluation_due_on), default=None
            ),
        }
        for state, own in found.items()
        if own
    ]
    if rows:
        yield pack_table(
            ask,
            "evaluations",
            f"{ask.whom}: evaluations of bids of {year}, {day_words(ask.as_of)}",
            [
                text("state", "Evaluation"),
                value("bids", "Bids", "bids"),
                text("earliest", "Earliest day due"),
            ],
            rows,
            notes=["Bids that are to be evaluated; late: the day is past and nothing was noted."],
            source=ask.source("acf_bids"),
            synthetic=ask.inputs.synthetic("acf_bids"),
        )
        if any(bid.project for bid in bids):
            yield _projects_table(ask, bids, year)


def _by_state(ask: Ask, bids: Sequence[ACFBid]) -> dict[str, list[ACFBid]]:
    """The bids by where their evaluation stands on the day; those of which none is asked left."""
    found: dict[str, list[ACFBid]] = {"late": [], "due later": [], "done": [], "no day set": []}
    for bid in bids:
        state = evaluation_state(bid, ask.as_of)
        if state in found:
            found[state].append(bid)
        elif state != "not_asked":
            found["no day set" if bid.evaluation_due_on is None else "due later"].append(bid)
    return found


def _projects_table(ask: Ask, bids: Sequence[ACFBid], year: str) -> Table:
    """What a project cost, and the share of spending that is evaluated, of each fund."""
    frame = fund_evaluation(Records(ACFBid, bids), as_of=ask.as_of, by="fund")
    return pack_table(
        ask,
        "projects",
        f"{ask.whom}: spending on projects of {year}, and how much of it is evaluated",
        [
            text("fund", "Fund"),
            value("projects", "Projects", "projects"),
            value("done", "Evaluated", "projects"),
            value("paid", "Paid", "GBP"),
            value("pounds_per_project", "Paid a project", "GBP"),
            value("paid_evaluated", "Paid to evaluated projects", "GBP"),
            value("evaluated_share", "Share of spending evaluated", "ratio"),
        ],
        pa.Table.from_pandas(frame, preserve_index=False).drop_columns(["is_total"]).to_pylist(),
        notes=["Projects: bids that the table says were selected."],
        source=ask.source("acf_bids"),
        synthetic=ask.inputs.synthetic("acf_bids"),
    )


def late_evaluations(ask: Ask, bids: Sequence[ACFBid]) -> Iterator[Finding]:
    """How many evaluations of bids are late, where any is."""
    late = _by_state(ask, bids)["late"]
    if late:
        first = min(bid.evaluation_due_on for bid in late if bid.evaluation_due_on)
        word = "evaluation of a bid is" if len(late) == 1 else "evaluations of bids are"
        yield Finding(
            order=Order.OVERDUE,
            words=f"{len(late)} {word} late, the first since {first}.",
            weight=float(len(late)),
        )
