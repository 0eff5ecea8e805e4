"""Counting: rows wherever they lie into one small table of additive counts."""

from npolicing._tally.counting import LogRows, counts, tally
from npolicing._tally.deriving import Derived
from npolicing._tally.parts import Batch
from npolicing._tally.question import By, Question, Value, Where, names_of

__all__ = [
    "Batch",
    "By",
    "Derived",
    "LogRows",
    "Question",
    "Value",
    "Where",
    "counts",
    "names_of",
    "tally",
]
