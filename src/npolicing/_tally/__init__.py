"""Counting: rows wherever they lie into one small table of additive counts."""

from npolicing._tally.counting import LogRows, counts, tally
from npolicing._tally.question import By, Question, Value, Where

__all__ = ["By", "LogRows", "Question", "Value", "Where", "counts", "tally"]
