"""What the figures of an evaluation allow one to claim, and the words for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import attrs

from npolicing._wording import figure
from npolicing.evaluating._caveats import REFUSING
from npolicing.evaluating._figures import Figured
from npolicing.stats.power import LEAST, ClaimMethod
from npolicing.vocabulary import EvaluationCaveat, EvaluationMethod, EvaluationVerdict

__all__ = ["CAUTION", "Claim", "Wanted", "amount", "claimed", "figure_words", "share_words"]

Wanted = Literal["fewer", "more"]
CAUTION = (
    "What else differed between the areas is not in the figures, and they do not say what caused "
    "the difference."
)
"""What stands beside every claim."""


@attrs.frozen(kw_only=True)
class Claim:
    """What may be claimed, with all caveats of the figure that carries it."""

    verdict: EvaluationVerdict
    caveats: tuple[EvaluationCaveat, ...]
    words: str


def claimed(
    found: Mapping[EvaluationMethod, Figured],
    claim: ClaimMethod,
    common: Sequence[EvaluationCaveat],
    *,
    fewest: float,
    good: Wanted,
    confidence: float,
) -> Claim:
    """What the method that was named beforehand allows one to claim."""
    own = found[claim]
    caveats = [*own.caveats, *common]
    if _too_few(own, fewest):
        caveats.append("too_few_events")
    refused = any(each in REFUSING for each in caveats)
    if not refused and _disagree(found["wdd"], found["rirr"], confidence):
        caveats.append("methods_disagree")
    down = own.estimate is not None and own.estimate < _NEUTRAL[claim]
    verdict: EvaluationVerdict = "no_change_shown"
    if refused:
        verdict = "cannot_say"
    elif own.surprising(confidence):
        verdict = "fewer" if down else "more"
    words = _WORDS[verdict].format(figure=figure_words(own, confidence))
    if verdict in ("fewer", "more"):
        words += " That is what was wanted." if verdict == good else " That was not wanted."
    # In the order of the vocabulary, each once.
    return Claim(verdict=verdict, caveats=tuple(dict.fromkeys(caveats)), words=words)


def _too_few(own: Figured, fewest: float) -> bool:
    """Whether a figure, or an arm of a difference, rests on fewer events than a claim needs."""
    least = own.least_events is not None and own.least_events < LEAST * fewest
    return least or (own.effective_events is not None and own.effective_events < fewest)


_NEUTRAL: dict[ClaimMethod, float] = {"wdd": 0.0, "rirr": 1.0}
_WORDS: dict[EvaluationVerdict, str] = {
    "fewer": "Fewer events than the comparison leads one to expect, by more than chance. {figure}.",
    "more": "More events than the comparison leads one to expect, by more than chance. {figure}.",
    "no_change_shown": (
        "No difference from the comparison is shown, which is not to say that there was none. "
        "{figure}."
    ),
    "cannot_say": "Nothing can be claimed. {figure}.",
}


def _disagree(first: Figured, second: Figured, confidence: float) -> bool:
    """Whether one finds a difference and the other does not, or the other way."""
    if first.p_value is None or second.p_value is None:
        return False
    if first.surprising(confidence) != second.surprising(confidence):
        return True
    both = first.surprising(confidence)
    return both and ((first.estimate or 0) < 0) != ((second.estimate or 1) < 1)


def figure_words(found: Figured, confidence: float) -> str:
    """A figure with its interval, as words that begin a sentence."""
    said = "undefined" if found.estimate is None else _SAYS[found.method](found, confidence)
    name = _NAMES[found.method]
    return f"{name[:1].upper()}{name[1:]}: {said}"


_NAMES: dict[EvaluationMethod, str] = {
    "wdd": "weighted displacement difference",
    "wdd_treated": "difference in the treated areas",
    "wdd_displacement": "difference in the displacement areas",
    "rirr": "ratio of rate ratios",
    "wdq": "weighted displacement quotient",
    "total_net_effect": "total net effect",
}


def amount(found: Figured) -> str:
    """How many more or fewer a figure with a test says, in events or as a share."""
    if found.estimate is None:
        return ""
    if found.method != "rirr":
        return _signed(found.estimate)
    share = found.estimate - 1
    return _more_or_fewer(share, _share(abs(share), below=share < 0))


def _share(share: float, *, below: bool) -> str:
    """A share as per cent; nothing and all only where it is that."""
    if share < _LEAST_SHARE:
        return f"less than {figure(_LEAST, 'ratio')}"
    # A ratio above 0 is not 100 % fewer.
    if below and 1 - _LEAST_SHARE < share < 1:
        return f"more than {figure(1 - _LEAST, 'ratio')}"
    return figure(share, "ratio")


def _more_or_fewer(value: float, size: str) -> str:
    if abs(value) < _ROUNDED:
        return "no more and no fewer"
    return f"{size} {'more' if value > 0 else 'fewer'}"


_LEAST, _LEAST_SHARE = 0.001, 0.0005
"""The least share that is written, and what is rounded to it."""
_ROUNDED = 1e-9
"""Less is what floats lose."""


def _difference(found: Figured, confidence: float) -> str:
    return f"{_signed(found.estimate)} than to be expected{_between(found, confidence, _signed)}"


def _ratio(found: Figured, confidence: float) -> str:
    ratio = found.estimate or 0.0
    share = amount(found)
    return f"{_two(ratio)}, {share} than to be expected{_between(found, confidence, _two)}"


def _prevented(found: Figured, _confidence: float) -> str:
    fewer = _signed(-(found.estimate or 0.0))
    return f"{fewer} than to be expected in treated and displacement areas together"


def _quotient(found: Figured, _confidence: float) -> str:
    return f"{_two(found.estimate)}, {_reading(found.estimate or 0.0)}"


def _reading(value: float) -> str:
    """What a quotient means (Guerette 2009)."""
    if value > 0:
        much = "more than the direct effect" if value > 1 else "no more than the direct effect"
        return f"diffusion of benefits to the areas next door, {much}"
    if value == 0:
        return "neither displacement nor diffusion"
    if value > -1:
        return "some was displaced next door, less than was gained"
    return "as much was displaced next door as was gained, or more"


_SAYS: dict[EvaluationMethod, Callable[[Figured, float], str]] = {
    "wdd": _difference,
    "wdd_treated": _difference,
    "wdd_displacement": _difference,
    "rirr": _ratio,
    "wdq": _quotient,
    "total_net_effect": _prevented,
}


def _between(found: Figured, confidence: float, words: Callable[[float | None], str]) -> str:
    if found.low is None or found.high is None:
        return ""
    return f" ({share_words(confidence)} interval: {words(found.low)} to {words(found.high)})"


def share_words(confidence: float) -> str:
    """A confidence as per cent, with as many places as it has.

    >>> share_words(0.95), share_words(0.975)
    ('95 %', '97.5 %')
    """
    return f"{100 * confidence:.6g} %"


def _two(value: float | None) -> str:
    """A ratio to two places, or to two digits where these are of hundredths and less."""
    size = abs(value or 0.0)
    if value is None or size == 0 or size >= _LARGE_RATIO:
        return figure(value, None, 2) if size < _FARTHEST else f"more than {_FARTHEST:,}"
    if size < 1 / _FARTHEST:
        return f"less than {1 / _FARTHEST:f}"
    return figure(value, None, 1 - math.floor(math.log10(size)))


_LARGE_RATIO = 0.1
_FARTHEST = 1_000_000
"""No ratio is written beyond."""


def _signed(events: float | None) -> str:
    """So many events fewer or more, to one place where they are few and weighted."""
    value = events or 0.0
    size = abs(value)
    if size < _LEAST_EVENTS / 2:
        return _more_or_fewer(value, f"less than {_LEAST_EVENTS}")
    return _more_or_fewer(value, figure(size, None, 0 if size >= 10 or size == int(size) else 1))


_LEAST_EVENTS = 0.1
