"""A pack as files: the page that people read, and its figures for whoever counts on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from npolicing._files import FilePath, replacing
from npolicing._metadata import stamp
from npolicing._sidecar import beside
from npolicing.delimited import write_csv
from npolicing.dictionary import dictionary_markdown
from npolicing.frames import to_arrow
from npolicing.packs.long_form import PackFigure
from npolicing.pages import html
from npolicing.parquet import write_parquet

if TYPE_CHECKING:
    from npolicing.packs.assembling import Pack

__all__ = ["write_pack"]


def write_pack(pack: Pack, directory: FilePath) -> list[Path]:
    """Write a pack: one HTML file, and beside it its figures as Parquet and CSV.

    `dictionary.md` says what each column of the figures is. Marked and made-up packs say so in
    every file; of CSV in a file beside it.

    Args:
        pack: The pack.
        directory: Where to; made where it is not there. Files of these names are replaced.

    Returns:
        The files, in the order in which they were written.

    Raises:
        ModuleNotFoundError: If the pack has charts, and matplotlib is not there; before anything
            is written.

    >>> from tempfile import TemporaryDirectory
    >>> from npolicing import packs
    >>> from npolicing.entities import Observation
    >>> from datetime import date
    >>> day = date(2019, 9, 1)
    >>> sign_ups = Observation(force="WMP", kind="messaging_sign_ups", value=87_511, as_of=day)
    >>> inputs = packs.read_inputs(tables=packs.PackTables.of(observations=[sign_ups]))
    >>> pack = packs.quarter_pack(inputs, quarter="2019/20-Q2", charts=False)
    >>> with TemporaryDirectory() as folder:
    ...     [path.name for path in packs.write_pack(pack, folder)][:2]
    ['qpr-WMP-2019-20-Q2.html', 'qpr-WMP-2019-20-Q2.parquet']
    """
    page = html(pack.document)
    folder, marking = Path(directory), pack.document.marking
    folder.mkdir(parents=True, exist_ok=True)
    paths = {end: folder / f"{pack.name}.{end}" for end in ("html", "parquet", "csv")}
    _words(paths["html"], page)
    rows = to_arrow(pack.figures, PackFigure)
    rows = rows.replace_schema_metadata(stamp(PackFigure, synthetic=pack.document.synthetic))
    write_parquet(rows, paths["parquet"], PackFigure, marking=marking)
    write_csv(rows, paths["csv"], PackFigure, marking=marking)
    more = [beside(paths["csv"])] if marking is not None or pack.document.synthetic else []
    dictionary = folder / "dictionary.md"
    _words(dictionary, dictionary_markdown([PackFigure]))
    return [*paths.values(), *more, dictionary]


def _words(path: Path, text: str) -> None:
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
