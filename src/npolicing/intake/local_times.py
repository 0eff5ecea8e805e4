"""Local times brought to UTC by the profile's policy, and the local day of the receipt."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from npolicing._checks import mask
from npolicing._zones import Policy, numbers, utc
from npolicing.arrow import Array
from npolicing.intake.cells import Fault, Moment, Parser
from npolicing.intake.converting import convert

__all__ = ["Unsettled", "instants", "zoned_rows"]

_UTC = pa.timestamp("us", tz="UTC")


@attrs.frozen(eq=False)
class Unsettled:
    """Times that are on no clock, or came twice.

    Attributes:
        rows: Which.
        fault: What is wrong with them.
        made: How the policy settles them; null where it does not, so that they are none.
    """

    rows: NDArray[np.intp]
    fault: Fault
    made: str | None


def instants(
    clock: Array, policy: Policy | None, zoned: NDArray[np.bool_] | None = None
) -> tuple[Array, list[Unsettled]]:
    """Times on a clock as instants, and the rows in which the clock alone does not settle them.

    Args:
        clock: Times without a zone.
        policy: Whose clock, and what is done where it changes; null where it is that of UTC.
        zoned: Rows that are of UTC whoever's clock the others are of; null: none.
    """
    if policy is None:
        return clock.cast(pa.int64()).cast(_UTC), []
    if zoned is not None:
        there = pa.array(zoned)
        rest, found = instants(pc.if_else(there, pa.scalar(None, clock.type), clock), policy)
        return pc.if_else(there, instants(clock, None)[0], rest), found
    times, known = numbers(clock)
    settled = utc(times, policy.zone, policy.ambiguous or "raise")
    found = list(_unsettled(settled.ambiguous & known, settled.nonexistent & known, policy))
    for each in found:
        known[each.rows] = known[each.rows] & (each.made is not None)
    return pa.array(settled.utc, pa.int64(), mask=~known).cast(_UTC), found


def zoned_rows(texts: Array, parser: Parser, read: Array) -> NDArray[np.bool_] | None:
    """Which times were read by a form that has a zone; null where all forms have one, or none.

    Args:
        texts: The column.
        parser: How it is read.
        read: What was read of it.
    """
    forms = parser.forms if isinstance(parser, Moment) else ()
    local = tuple(form for form in forms if "%z" not in form)
    if len(local) in (0, len(forms)):
        return None
    on_a_clock = convert(texts, Moment(forms=local), read.type, frozenset()).array
    return mask(read.is_valid()) & ~mask(on_a_clock.is_valid())


def _unsettled(
    twice: NDArray[np.bool_], never: NDArray[np.bool_], policy: Policy
) -> Iterator[Unsettled]:
    if twice.any():
        rule = f'comes once in {policy.zone}; or say ambiguous = "earliest" or "latest"'
        made = None if policy.ambiguous == "raise" else f"the {policy.ambiguous} of the two"
        yield Unsettled(np.flatnonzero(twice), Fault("AMBIGUOUS_TIME", rule), made)
    if never.any():
        rule = f'is on the clocks of {policy.zone}; many such rows: say time_zone = "UTC"'
        made = None if policy.nonexistent == "raise" else "the time at which clocks went forward"
        yield Unsettled(np.flatnonzero(never), Fault("NONEXISTENT_TIME", rule), made)
