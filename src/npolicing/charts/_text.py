"""How wide words are, and where they are broken; all in points of the picture."""

from __future__ import annotations

from functools import lru_cache

from npolicing.charts._matplotlib import advance

__all__ = ["BODY", "HEAD", "SMALL", "clean", "height", "width", "wrapped"]

HEAD = 13.0
BODY = 11.0
SMALL = 10.0
_LINE = 1.25


def clean(words: str) -> str:
    """Words without what no picture can show and no XML may hold; lines stay lines.

    >>> clean("Dudley" + chr(7))
    'Dudley '
    """
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in words)


@lru_cache(maxsize=4096)
def width(words: str, size: float, *, bold: bool = False) -> float:
    """How wide a line is; of several the widest."""
    return max((advance(line, size, bold=bold) for line in words.split("\n")), default=0.0)


def height(words: str, size: float) -> float:
    """How high lines are."""
    return size * _LINE * (words.count("\n") + 1) if words else 0.0


def wrapped(words: str, size: float, room: float, *, bold: bool = False) -> str:
    """Words broken into lines that fit; a word that is wider than all the room is broken, too."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, bold=bold) <= room:
            lines[-1] = longer
        else:
            lines += _pieces(word, size, room, bold=bold)
    return "\n".join(lines)


def _pieces(word: str, size: float, room: float, *, bold: bool) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and width(pieces[-1] + letter, size, bold=bold) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces
