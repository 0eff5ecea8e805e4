"""Cells that are words: codes, names, identifiers, and yes or no."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

import attrs

from npolicing._spelling import fold, tidy
from npolicing.intake.cells._cell import Fault, Value

__all__ = ["Choice", "Identifier", "Text", "YesNo"]

_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[eE][+]?[0-9]+")
_AS_A_NUMBER = re.compile(r"[0-9]+\.0+")
_MOJIBAKE = re.compile("[ÂÃâ][\u0080-\u00bf€™œžŸ£šƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜›¡-¿]")  # noqa: RUF001 # what is looked for


@attrs.frozen
class Text:
    r"""Words, without what nobody sees.

    >>> Text().parse(" Coventry\u200b")
    'Coventry'
    """

    def parse(self, text: str) -> str | Fault:
        """The words."""
        clean = tidy(text)
        if not clean.isascii() and _MOJIBAKE.search(clean):
            words = "is UTF-8 that was read as Windows-1252; say encoding = 'utf-8'"
            return Fault("ENCODING", words)
        return clean

    def format(self, value: Value) -> str:
        """The words."""
        return str(value)


@attrs.frozen
class Identifier:
    """A number or reference out of another system, kept as it stands.

    A spreadsheet makes numbers of long identifiers: ``1.23E+12`` has lost its digits, and ``45.0``
    may have lost leading zeros. Both are refused.

    >>> Identifier().parse("'00451"), Identifier().parse("1.23E+12").code
    ('00451', 'ID_MANGLED')
    """

    def parse(self, text: str) -> str | Fault:
        """The identifier, or why it is none."""
        clean = tidy(text).removeprefix("'")
        if _SCIENTIFIC.fullmatch(clean) or _AS_A_NUMBER.fullmatch(clean):
            rule = "is as the system wrote it; a spreadsheet made a number of it: export it as text"
            return Fault("ID_MANGLED", rule)
        return clean

    def format(self, value: Value) -> str:
        """The identifier."""
        return str(value)


@attrs.frozen(kw_only=True)
class Choice:
    """One of some words, looked up with case and blanks folded; never guessed.

    Attributes:
        known: What each spelling, folded, stands for.
        code: The code of what is not among them.
        what: What it is none of, for the words.

    >>> units = Choice.of({"CV": "CV", "Coventry": "CV"}, code="UNKNOWN_NPU", what="a unit of WMP")
    >>> units.parse(" coventry "), units.parse("Covent").rule
    ('CV', "is a unit of WMP; close to it: 'coventry'; say aliases in the profile")
    """

    known: Mapping[str, str]
    code: str
    what: str

    @classmethod
    def of(cls, spellings: Mapping[str, str], *, code: str, what: str) -> Choice:
        """Choices of spellings that are not folded yet."""
        known = {fold(text): value for text, value in spellings.items()}
        return cls(known=known, code=code, what=what)

    def parse(self, text: str) -> str | Fault:
        """What the text stands for, or what is close to it."""
        folded = fold(text)
        found = self.known.get(folded)
        if found is not None:
            return found
        # Looking for what is close takes long where a text is.
        near = get_close_matches(folded, self.known, n=2) if len(folded) < 100 else []
        words = f"; close to it: {', '.join(map(repr, near))}" if near else ""
        return Fault(self.code, f"is {self.what}{words}; say aliases in the profile")

    def format(self, value: Value) -> str:
        """The word itself."""
        return str(value)


_YES = ("y", "yes", "true", "t", "1")
_NO = ("n", "no", "false", "f", "0")


@attrs.frozen(kw_only=True)
class YesNo:
    """Yes or no.

    Attributes:
        yes: What is yes, folded.
        no: What is no, folded.

    >>> YesNo().parse("Yes"), YesNo().parse("N")
    (True, False)
    """

    yes: tuple[str, ...] = _YES
    no: tuple[str, ...] = _NO

    @classmethod
    def of(cls, yes: Iterable[str] = (), no: Iterable[str] = ()) -> YesNo:
        """The words of a system, in place of the usual ones."""
        return cls(yes=tuple(map(fold, yes)) or _YES, no=tuple(map(fold, no)) or _NO)

    def parse(self, text: str) -> bool | Fault:
        """Whether it is yes, or why it is neither."""
        folded = fold(text)
        if folded in self.yes:
            return True
        if folded in self.no:
            return False
        words = f"is one of {', '.join((*self.yes, *self.no))}; say yes = [...] and no = [...]"
        return Fault("FLAG_FORMAT", f"{words} in the profile")

    def format(self, value: Value) -> str:
        """The first word for it."""
        return self.yes[0] if value else self.no[0]
