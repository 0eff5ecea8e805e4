"""All that a document can be asked, the gravest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs

from npolicing.entities import Finding
from npolicing.reconciling.arithmetic import differing, unruly, unsummed, untotalled
from npolicing.reconciling.evidence import Evidence
from npolicing.reconciling.meaning import (
    bounds,
    claims,
    dialects,
    levels,
    periods,
    stale,
    two_measures,
)

__all__ = ["find"]

_CHECKS: tuple[Callable[[Evidence], Iterator[Finding]], ...] = (
    differing,
    unruly,
    unsummed,
    two_measures,
    untotalled,
    dialects,
    levels,
    stale,
    bounds,
    periods,
    claims,
)


def find(evidence: Evidence) -> list[Finding]:
    """What the checks find, numbered."""
    findings = [finding for check in _CHECKS for finding in check(evidence)]
    return [attrs.evolve(finding, number=at) for at, finding in enumerate(findings, start=1)]
