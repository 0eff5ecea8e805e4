"""A profile proposed from a file's header and values, with every doubt marked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import attrs

from npolicing._columns import Field
from npolicing._files import FilePath
from npolicing._records import Record
from npolicing.errors import InputFileError
from npolicing.intake.cell_kinds import may_be
from npolicing.intake.cells import DAY_FORMS, TIME_FORMS, Day, Fault, Moment, fold
from npolicing.intake.derived import derived
from npolicing.intake.profile import FileForm
from npolicing.intake.profile_files import known_profiles, read_profile
from npolicing.intake.source_files import opened

__all__ = ["draft_profile"]

_ROWS = 5_000
_ZONED = tuple(f"%Y-%m-%d{t}%H:%M{s}%z" for t in "T " for s in ("", ":%S", ":%S.%f"))
_NAIVE = tuple(f"%Y-%m-%d{t}%H:%M{s}" for t in "T " for s in ("", ":%S", ":%S.%f"))
_TIMES = (*TIME_FORMS, *_NAIVE, *_ZONED)
_DAYS = (*DAY_FORMS, "%Y-%m-%d", "%d/%m/%y")
_ENDINGS = {".xlsx": "excel", ".xls": "excel", ".xlsb": "excel", ".ods": "excel"}


def draft_profile(path: FilePath, entity: type[Record], *, name: str | None = None) -> str:
    r"""Propose a profile for a file, as TOML to look through: lines with DOUBT want a decision.

    Headers are looked up among those that the shipped profiles know, and the names of the fields;
    they are never matched by likeness. Forms of days and times are those that all of the first
    rows keep.

    Args:
        path: The file.
        entity: What a row is to become.
        name: Name of the profile; that of the file without it.

    Raises:
        InputFileError: If the file cannot be read.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from npolicing.entities import Team
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "teams.csv")
    ...     _ = file.write_text("Team_ID,NPU,Notes\nT1,CV,x\n", encoding="utf-8")
    ...     print(draft_profile(file, Team))  # doctest: +ELLIPSIS
    # A draft: every line with DOUBT wants a decision before it is used.
    ...
    [columns.team_id]
    header = "Team_ID"
    ...
    """
    found = _Sample.of(Path(path))
    return "\n".join(_lines(found, entity, name or _identifier(Path(path).stem))) + "\n"


@attrs.frozen
class _Sample:
    """The header of a file, and the texts of its first rows, column by column."""

    path: Path
    form: FileForm
    header: tuple[str, ...]
    columns: list[list[str]]
    doubts: Mapping[int, str]

    @classmethod
    def of(cls, path: Path) -> _Sample:
        form = _form(path)
        with opened(path, form) as source:
            places = range(len(source.header))
            columns: list[list[str]] = [[] for _ in places]
            for taken in islice(source.parts(list(places), frozenset()), 1):
                for rows in taken.rows:
                    for place, each in rows.columns.items():
                        columns[place] += map(str, each.slice(0, _ROWS).to_pylist())
            unfit = {at: failure for at in places if (failure := source.unfit(at))}
            doubts = {at: f"its type is {each.value}; it {each.rule}" for at, each in unfit.items()}
            return cls(path, form, source.header, columns, doubts)

    def texts(self, place: int) -> list[str]:
        """The different texts of a column that say anything."""
        return [each for each in dict.fromkeys(self.columns[place]) if each.strip()]


def _form(path: Path) -> FileForm:
    kind = _ENDINGS.get(path.suffix.casefold())
    if kind == "excel":
        return FileForm(format="excel")
    if path.suffix.casefold() == ".parquet":
        return FileForm(format="parquet")
    try:
        with path.open("rb") as file:
            head = file.read(65_536).partition(b"\n")[0]
    except FileNotFoundError:
        raise InputFileError(str(path), "no such file") from None
    except OSError as error:
        raise InputFileError(str(path), f"cannot be read: {error.strerror}") from error
    marks = {"comma": b",", "semicolon": b";", "tab": b"\t", "pipe": b"|"}
    most = max(marks, key=lambda name: head.count(marks[name]))
    return FileForm.from_dict({"delimiter": most})


def _identifier(text: str) -> str:
    return re.sub("[^A-Za-z0-9._-]+", "-", text).strip("-._") or "draft"


def _lines(found: _Sample, entity: type[Record], name: str) -> Iterator[str]:
    matched, doubts = _matched(found, entity)
    used = set(matched.values())
    left = [each for place, each in enumerate(found.header) if place not in used]
    yield "# A draft: every line with DOUBT wants a decision before it is used."
    yield f"# Drafted from {found.path.name}, {len(found.header)} columns."
    yield from ("", "[profile]", f"name = {_toml(name)}", f"entity = {_toml(entity.__name__)}")
    yield '# force = "WMP"  # DOUBT: which force is it of? Or say it when reading.'
    yield from ('time_zone = "Europe/London"', 'ambiguous = "raise"', 'nonexistent = "raise"')
    if left:
        yield "# DOUBT: no field is known for these; nothing of them is kept."
        yield f"ignore = [{', '.join(_toml(each) for each in left)}]"
    yield from ("", "[file]", f"format = {_toml(found.form.format)}")
    if found.form.format == "csv":
        yield f"delimiter = {_toml(found.form.delimiter)}"
    for field in entity.columns():
        if field.name in matched:
            yield from _column(found, field, matched[field.name], doubts.get(field.name, ()))
        elif field.required and field.name not in ("force", *derived(entity)):
            yield from ("", f"[columns.{field.name}]")
            yield f"# DOUBT: {field.column.description}"
            yield 'header = "?"  # DOUBT: no header is known for it; say which, or value = "..."'


def _toml(text: str) -> str:
    # A basic string of TOML is one of JSON, but for what JSON lets stand as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _known(entity: type[Record]) -> dict[str, list[str]]:
    """For each header that is known, folded, the fields that it may be of."""
    known: dict[str, list[str]] = {}
    for field in entity.columns():
        known.setdefault(fold(field.name), []).append(field.name)
        known.setdefault(fold(field.name.replace("_", " ")), []).append(field.name)
    for name in known_profiles():
        profile = read_profile(name)
        if profile.head.entity == entity.__name__:
            for field_name, source in profile.columns.items():
                for header in source.header:
                    known.setdefault(fold(header), []).append(field_name)
    return {header: list(dict.fromkeys(names)) for header, names in known.items()}


def _matched(
    found: _Sample, entity: type[Record]
) -> tuple[dict[str, int], Mapping[str, Sequence[str]]]:
    """For each field its column, and what is doubtful about that."""
    known = _known(entity)
    matched: dict[str, int] = {}
    doubts: dict[str, list[str]] = {}
    for place, header in enumerate(found.header):
        names = known.get(fold(header), [])
        free = [name for name in names if name not in matched]
        if not free:
            for name in names[:1]:
                doubts.setdefault(name, []).append(f"{header!r} may be it, too")
            continue
        matched[free[0]] = place
        if len(names) > 1:
            doubts.setdefault(free[0], []).append(f"it may be {' or '.join(names)}")
    return matched, doubts


def _column(found: _Sample, field: Field, place: int, doubts: Sequence[str]) -> Iterator[str]:
    yield from ("", f"[columns.{field.name}]")
    yield from (f"# DOUBT: {doubt}" for doubt in doubts)
    yield f"header = {_toml(found.header[place])}"
    if place in found.doubts:
        yield f"# DOUBT: {found.doubts[place]}."
    texts = found.texts(place)
    if not all(map(str.strip, found.columns[place])) and (doubt := _empty(field)):
        yield f"# DOUBT: some cells are empty; {doubt}."
    if field.kind in ("timestamp", "date") and texts:
        yield from _forms(field, texts)
    elif not texts:
        yield "# DOUBT: nothing stands in it in the first rows."


def _empty(field: Field) -> str:
    """What becomes of a row whose cell is empty, where that wants a decision."""
    if may_be(field, "force"):
        return 'such rows are refused, or with otherwise = "force" of the force as a whole'
    if not field.required or field.nullable:
        return ""
    if may_be(field, "line"):
        return 'otherwise = "line" names such rows by file and line'
    return "such rows are refused"


def _forms(field: Field, texts: Sequence[str]) -> Iterator[str]:
    """The forms that all texts keep, or the doubt that there are none."""
    maker, known = (Moment, _TIMES) if field.kind == "timestamp" else (Day, _DAYS)
    left, forms = list(texts), list[str]()
    for form in known:
        parser = maker(forms=(form,))
        rest = [each for each in left if isinstance(parser.parse(each), Fault)]
        if len(rest) < len(left):
            forms.append(form)
            left = rest
    if forms:
        yield f"formats = [{', '.join(map(_toml, forms))}]"
    if len(forms) > 1:
        yield "# DOUBT: it is written in several forms; take out those that are slips."
    if left:
        yield f"# DOUBT: {len(left)} of {len(texts)} different texts are in no known form."
