"""The pages that are made out of the code. `nox -s dictionary` writes them anew."""

from __future__ import annotations

from pathlib import Path

from npolicing.dictionary import dictionary_markdown
from npolicing.entities import ENTITIES
from npolicing.errors import CODES
from npolicing.evaluating import EVALUATED
from npolicing.measures import RESULTS
from npolicing.packs import PackFigure
from npolicing.star_schema import STAR

_CODES = """\
# Failure codes

Every failure of the data has one of these codes, in `Failure.code`. They are stable: count by them,
filter by them, put them into a spreadsheet. The rule beside the code, in `Failure.rule`, says what
exactly was asked for.

| code | what it means |
|---|---|
"""


def _codes() -> str:
    return _CODES + "".join(f"| `{code}` | {CODES[code]} |\n" for code in sorted(CODES))


PAGES = {
    "reference/dictionary.md": dictionary_markdown(
        [*ENTITIES, *RESULTS.values(), *EVALUATED, PackFigure, *STAR.values()]
    ),
    "reference/failure-codes.md": _codes(),
}

if __name__ == "__main__":
    for name, text in PAGES.items():
        (Path(__file__).parent / name).write_text(text, encoding="utf-8")
