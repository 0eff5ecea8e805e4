"""A profile proposed from a file's header and values, with every doubt marked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from npolicing._columns import Field
from npolicing._files import FilePath
from npolicing._records import Record
from npolicing.errors import InputFileError
from npolicing.intake.arguments import check_entity
from npolicing.intake.cell_kinds import may_be
from npolicing.intake.cells import DAY_FORMS, TIME_FORMS, Day, Fault, Moment, fold
from npolicing.intake.derived import derived
from npolicing.intake.plan import plan
from npolicing.intake.profile import ColumnSource, Profile
from npolicing.intake.profile_files import known_profiles, read_profile
from npolicing.intake.sampling import Sample

__all__ = ["draft_profile"]

_ZONED = tuple(f"%Y-%m-%d{t}%H:%M{s}%z" for t in "T " for s in ("", ":%S", ":%S.%f"))
_NAIVE = tuple(f"%Y-%m-%d{t}%H:%M{s}" for t in "T " for s in ("", ":%S", ":%S.%f"))
_TIMES = (*TIME_FORMS, *_NAIVE, *_ZONED)
_DAYS = (*DAY_FORMS, "%Y-%m-%d", "%d/%m/%y")
_FROM_THE_FILE = ("header", "join", "value", "formats")
"""What a draft has of the file, and not of a shipped profile that knows the header."""
_UNKNOWN = 'no header is known for it; say which, or value = "..."'


def draft_profile(
    path: FilePath,
    entity: type[Record],
    *,
    name: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    skip_rows: int | None = None,
) -> str:
    r"""Propose a profile for a file, as TOML to look through: lines with DOUBT want a decision.

    Headers are looked up among those that the shipped profiles know, and the names of the fields;
    they are never matched by likeness. What a shipped profile says of such a column (what is null,
    other spellings) is copied. Forms of days and times are those that all of the first rows keep.

    Args:
        path: The file.
        entity: What a row is to become.
        name: Name of the profile; that of the file without it.
        encoding: Encoding of its text, as in a profile; without it, UTF-8, or what seems likely.
        delimiter: ``comma``, ``semicolon``, ``tab`` or ``pipe``; without it, what seems likely.
        sheet: Sheet of a workbook that has several.
        skip_rows: How many lines stand above the header; without it, as many as it seems.

    Raises:
        InputFileError: If the file cannot be read.
        TypeError: If the entity is none.
        ValidationError: If there is no such encoding or delimiter.

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
    check_entity(entity)
    wanted = {
        "encoding": encoding,
        "delimiter": delimiter,
        "sheet": sheet,
        "skip_rows": skip_rows,
    }
    said = {key: value for key, value in wanted.items() if value is not None}
    models = [each for each in map(read_profile, known_profiles()) if _makes(each, entity)]
    found = Sample.of(Path(path), said, _known(entity, models).keys())
    # What the profile that knows most of the headers says of a column, comes first.
    models.sort(key=lambda each: -_matches(each, found.header))
    draft = _Draft.of(found, entity, models)
    return "\n".join(draft.lines(name or _identifier(Path(path).stem))) + "\n"


def _makes(profile: Profile, entity: type[Record]) -> bool:
    return profile.head.entity == entity.__name__


def _matches(profile: Profile, header: Sequence[str]) -> int:
    """How many headers a profile knows."""
    known = {fold(each) for source in profile.columns.values() for each in source.header}
    return len(known & set(map(fold, header)))


def _identifier(text: str) -> str:
    # As long as the name of a profile may be.
    return re.sub("[^A-Za-z0-9._-]+", "-", text).strip("-._")[:64].strip("-._") or "draft"


def _known(entity: type[Record], models: Sequence[Profile]) -> dict[str, list[str]]:
    """For each header that is known, folded, the fields that it may be of."""
    known: dict[str, list[str]] = {}
    for field in entity.columns():
        known.setdefault(fold(field.name), []).append(field.name)
        known.setdefault(fold(field.name.replace("_", " ")), []).append(field.name)
    for profile in models:
        for field_name, source in profile.columns.items():
            for header in source.header:
                known.setdefault(fold(header), []).append(field_name)
    return {header: list(dict.fromkeys(names)) for header, names in known.items()}


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    # A basic string of TOML is one of JSON, but for what JSON lets stand as it is.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


@attrs.frozen(kw_only=True)
class _Draft:
    """What is proposed.

    Attributes:
        found: The file.
        entity: What a row is to become.
        models: Shipped profiles that make it, the likest first.
        matched: For each field its column.
        doubts: What is doubtful about that.
    """

    found: Sample
    entity: type[Record]
    models: Sequence[Profile]
    matched: Mapping[str, int]
    doubts: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, found: Sample, entity: type[Record], models: Sequence[Profile]) -> _Draft:
        known = _known(entity, models)
        matched: dict[str, int] = {}
        doubts: dict[str, list[str]] = {}
        headers = list(map(fold, found.header))
        for place, header in enumerate(headers):
            names = known.get(header, [])
            free = [name for name in names if name not in matched]
            if header in headers[:place]:
                # It is one header, of however many columns.
                continue
            if not free:
                for name in names[:1]:
                    doubts.setdefault(name, []).append(f"{found.header[place]!r} may be it, too")
                continue
            matched[free[0]] = place
            if len(names) > 1:
                doubts.setdefault(free[0], []).append(f"it may be {' or '.join(names)}")
            if (times := headers.count(header)) > 1:
                words = f"{times} columns have this header; in the file, give each its own"
                doubts.setdefault(free[0], []).append(words)
        return cls(found=found, entity=entity, models=models, matched=matched, doubts=doubts)

    def lines(self, name: str) -> Iterator[str]:
        """The profile, line by line."""
        if fitting := self._fitting():
            yield f"# The shipped profile {fitting} fits this header: it may do without a draft."
        yield "# A draft: every line with DOUBT wants a decision before it is used."
        yield f"# Drafted from {self.found.path.name}, {len(self.found.header)} columns."
        yield from ("", "[profile]", f"name = {_toml(name)}")
        yield f"entity = {_toml(self.entity.__name__)}"
        if "force" not in self.matched:
            yield '# force = "WMP"  # DOUBT: which force is it of? Or say it when reading.'
        yield from ('time_zone = "Europe/London"', 'ambiguous = "raise"', 'nonexistent = "raise"')
        yield from self._left()
        yield from self._file()
        for field in self.entity.columns():
            if field.name in self.matched:
                yield from self._column(field, self.matched[field.name])
            elif field.required and field.name not in ("force", *derived(self.entity)):
                yield from ("", f"[columns.{field.name}]")
                yield f"# DOUBT: {field.column.description}"
                yield f'header = "?"  # DOUBT: {_UNKNOWN}'
        yield from self._aliases()

    def _fitting(self) -> str | None:
        """A shipped profile that knows the whole header."""
        for profile in self.models:
            form = attrs.evolve(profile.file, sheet=self.found.form.sheet)
            if form != self.found.form:
                continue
            try:
                # Any force will do: the header is in question, and no row.
                plan(profile, self.entity, self.found, self.found.path, force="ANY")
            except InputFileError:
                continue
            return profile.head.name
        return None

    def _left(self) -> Iterator[str]:
        """The columns that make no field."""
        for place, header in enumerate(self.found.header):
            if not header and self.found.texts(place):
                way_out = 'give it one in the file, or say others = "ignore"'
                yield f"# DOUBT: column {place + 1} has cells, and no header; {way_out}."
        used = {fold(self.found.header[place]) for place in self.matched.values()}
        left = {fold(each): each for each in self.found.header if each and fold(each) not in used}
        if left:
            yield "# DOUBT: no field is known for these; nothing of them is kept."
            yield f"ignore = {_toml(tuple(left.values()))}"

    def _file(self) -> Iterator[str]:
        """How the file is laid out."""
        form, doubts = self.found.form, self.found.doubts
        yield from ("", "[file]")
        if self.found.refused:
            counts = ", ".join(f"{n:,} x {code}" for code, n in self.found.refused.most_common())
            yield f"# DOUBT: of the first {self.found.lines:,} lines some are no rows: {counts}."
        for field in form.columns():
            value = getattr(form, field.name)
            if field.name in doubts:
                yield f"# DOUBT: {doubts[field.name]}."
            said = value != field.default or field.name == "format"
            if said or (field.name == "delimiter" and form.format == "csv"):
                yield f"{field.name} = {_toml(value)}"

    def _model(self, field: Field, header: str) -> Profile | None:
        """The shipped profile that knows a column as the field's."""
        for profile in self.models:
            source = profile.columns.get(field.name)
            if source is not None and fold(header) in map(fold, source.header):
                return profile
        return None

    def _column(self, field: Field, place: int) -> Iterator[str]:
        header = self.found.header[place]
        model = self._model(field, header)
        source = ColumnSource() if model is None else model.columns[field.name]
        yield from ("", f"[columns.{field.name}]")
        yield from (f"# DOUBT: {doubt}" for doubt in self.doubts.get(field.name, ()))
        yield f"header = {_toml(header)}"
        for key in ColumnSource.columns():
            value = getattr(source, key.name)
            if key.name not in _FROM_THE_FILE and value != key.default:
                yield f"{key.name} = {_toml(value)}"
        if (failure := self.found.unfit(place)) is not None:
            yield f"# DOUBT: its type is {failure.value}; it {failure.rule}."
        texts = self.found.texts(place)
        full = all(map(str.strip, self.found.columns[place]))
        if not full and source.otherwise is None and (doubt := _empty(field)):
            yield f"# DOUBT: some cells are empty; {doubt}."
        known = [each for each in texts if fold(each) not in set(map(fold, source.null))]
        if field.kind in ("timestamp", "date") and known:
            yield from _forms(field, known)
        elif not texts:
            yield "# DOUBT: nothing stands in it in the first rows."

    def _aliases(self) -> Iterator[str]:
        """Other spellings that a shipped profile knows in a column."""
        for field in self.entity.columns():
            if field.name not in self.matched:
                continue
            model = self._model(field, self.found.header[self.matched[field.name]])
            spellings = {} if model is None else model.aliases.get(field.name, {})
            if spellings:
                yield from ("", f"[aliases.{field.name}]")
                yield from (f"{_toml(text)} = {_toml(code)}" for text, code in spellings.items())


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
        yield f"formats = {_toml(tuple(forms))}"
    if len(forms) > 1:
        yield "# DOUBT: it is written in several forms; take out those that are slips."
    if left:
        yield f"# DOUBT: {len(left)} of {len(texts)} different texts are in no known form."
