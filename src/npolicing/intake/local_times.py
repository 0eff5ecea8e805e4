"""Local times brought to UTC by the profile's policy, and the local day of the receipt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from npolicing._zones import Policy, numbers, utc
from npolicing.arrow import Array
from npolicing.intake.cells import Fault

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["instants"]

_UTC = pa.timestamp("us", tz="UTC")


def instants(
    clock: Array, policy: Policy | None
) -> tuple[Array, list[tuple[NDArray[np.intp], Fault]]]:
    """Times on a clock as instants, and the rows that the policy does not settle.

    Args:
        clock: Times without a zone.
        policy: Whose clock, and what is done where it changes; null where it is that of UTC.
    """
    if policy is None:
        return clock.cast(pa.int64()).cast(_UTC), []
    times, known = numbers(clock)
    settled = utc(times, policy.zone, policy.ambiguous or "raise")
    found = list(_unsettled(settled.ambiguous & known, settled.nonexistent & known, policy))
    for rows, _ in found:
        known[rows] = False
    return pa.array(settled.utc, pa.int64(), mask=~known).cast(_UTC), found


def _unsettled(
    twice: NDArray[np.bool_], never: NDArray[np.bool_], policy: Policy
) -> Iterator[tuple[NDArray[np.intp], Fault]]:
    if policy.ambiguous == "raise" and twice.any():
        rule = f'comes once in {policy.zone}; or say ambiguous = "earliest" or "latest"'
        yield np.flatnonzero(twice), Fault("AMBIGUOUS_TIME", rule)
    if policy.nonexistent == "raise" and never.any():
        rule = f'is on the clocks of {policy.zone}; many such rows: say time_zone = "UTC"'
        yield np.flatnonzero(never), Fault("NONEXISTENT_TIME", rule)
