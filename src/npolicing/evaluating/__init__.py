"""Did the response help: counts before and after, here and elsewhere, and what may be claimed."""

from npolicing._records import Record
from npolicing.evaluating._caveats import CAVEATS, REFUSING
from npolicing.evaluating._counting import arm_counts
from npolicing.evaluating._evaluation import EvaluatedCount, Evaluation, evaluate
from npolicing.evaluating._figures import EvaluatedFigure

__all__ = [
    "CAVEATS",
    "EVALUATED",
    "REFUSING",
    "EvaluatedCount",
    "EvaluatedFigure",
    "Evaluation",
    "arm_counts",
    "evaluate",
]

EVALUATED: tuple[type[Record], ...] = (EvaluatedCount, EvaluatedFigure)
"""What declares the frames of an `Evaluation`."""
