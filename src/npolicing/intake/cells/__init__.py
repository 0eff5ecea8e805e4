"""How one cell of text is read: each parser gives a value, or a fault with a stable code."""

from npolicing._spelling import fold, tidy
from npolicing.intake.cells._cell import Fault, Parser, Suppressed, Value, is_error
from npolicing.intake.cells.moments import (
    DAY_FORMS,
    TIME_FORMS,
    Day,
    Moment,
    SerialDay,
    SerialMoment,
)
from npolicing.intake.cells.numbers import Count, Figure, Money, Percentage, Scale
from npolicing.intake.cells.words import Choice, Identifier, Text, YesNo

__all__ = [
    "DAY_FORMS",
    "TIME_FORMS",
    "Choice",
    "Count",
    "Day",
    "Fault",
    "Figure",
    "Identifier",
    "Moment",
    "Money",
    "Parser",
    "Percentage",
    "Scale",
    "SerialDay",
    "SerialMoment",
    "Suppressed",
    "Text",
    "Value",
    "YesNo",
    "fold",
    "is_error",
    "tidy",
]
