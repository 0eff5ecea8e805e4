"""A profile held against the header of a file: which columns make which field, and how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import attrs
import pyarrow as pa

from npolicing._columns import Field, parse_text
from npolicing._files import refusal
from npolicing._records import Record
from npolicing._zones import Policy
from npolicing.arrow import arrow_type
from npolicing.errors import Failure
from npolicing.forces import ForceReference
from npolicing.intake.cell_kinds import ALLOWED, cells_of, code_of, parser_of
from npolicing.intake.cells import Choice, Day, Moment, Parser, SerialMoment, Text, YesNo, fold
from npolicing.intake.code_books import Book, grades, units
from npolicing.intake.derived import derived
from npolicing.intake.line_names import OURS
from npolicing.intake.profile import ColumnSource, Profile
from npolicing.intake.raw import Known

__all__ = ["FieldPlan", "Plan", "plan"]


@attrs.frozen(kw_only=True, eq=False)
class FieldPlan:
    """How one field comes of a row.

    Attributes:
        field: The field.
        places: Columns of the file; the cells of several are joined with a blank.
        header: Their headers, for words.
        parser: How a cell is read.
        kind: The type that it is read as.
        nulls: Texts, folded, that mean that nothing is known.
        otherwise: What an empty cell becomes: `line` is a name made of file, line and row,
            `force` a unit that is the force as a whole.
        book: The codes of the force, where they depend on the day.
        policy: For local times, whose clock, and what to do when it changes.
        constant: The value of all rows, where no column has it.
    """

    field: Field
    places: tuple[int, ...] = ()
    header: str = ""
    parser: Parser
    kind: pa.DataType
    nulls: frozenset[str] = frozenset()
    otherwise: Literal["line", "force"] | None = None
    book: Book | None = None
    policy: Policy | None = None
    constant: object = None


@attrs.frozen(kw_only=True, eq=False)
class Plan:
    """How records come of the rows of one file.

    Attributes:
        entity: What a row becomes.
        profile: The profile.
        header: The headers of the file.
        records: For each record of a row, how its fields come.
        absent: Fields that the file has no column of.
        unnamed: Columns without a header, which nothing may stand in.
        zone: The zone of the local day.
    """

    entity: type[Record]
    profile: Profile
    header: tuple[str, ...]
    records: tuple[tuple[FieldPlan, ...], ...]
    absent: tuple[str, ...]
    unnamed: tuple[int, ...]
    zone: str

    @property
    def wanted(self) -> list[int]:
        """The columns that are asked for."""
        found = {place for fields in self.records for each in fields for place in each.places}
        found |= {self.place(each.header) for each in self.profile.set_aside}
        found |= set(self.unnamed)
        for each in self.profile.agree:
            found |= {self.place(n) for n in (each.header, *each.sum, *each.minus, *each.ratio)}
        return sorted(found)

    @property
    def repeated(self) -> frozenset[int]:
        """Those of them whose texts repeat."""
        return frozenset(
            each.places[0]
            for fields in self.records
            for each in fields
            if len(each.places) == 1 and isinstance(each.parser, Choice | YesNo)
        )

    def place(self, header: str) -> int:
        """The column of a header."""
        return [fold(each) for each in self.header].index(fold(header))


def plan(
    profile: Profile,
    entity: type[Record],
    source: Known,
    path: Path,
    *,
    force: str | None = None,
    reference: ForceReference | None = None,
) -> Plan:
    """Hold a profile against the header of a file.

    Raises:
        InputFileError: If the header lacks columns, has one twice, or has some that the profile
            does not know, or a column is of a type that has no cells; it names every one of them.
    """
    making = _Planning(profile, entity, source.header, source, force, reference)
    records = tuple(making.fields(columns) for columns in profile.all_columns)
    making.failures += making.header_failures()
    if making.failures:
        raise refusal(path, list(dict.fromkeys(making.failures)))
    return Plan(
        entity=entity,
        profile=profile,
        header=source.header,
        records=records,
        absent=tuple(dict.fromkeys(making.absent)),
        unnamed=tuple(making.unnamed()),
        zone=profile.head.time_zone,
    )


@attrs.define(eq=False)
class _Planning:
    profile: Profile
    entity: type[Record]
    header: tuple[str, ...]
    source: Known
    force: str | None
    reference: ForceReference | None
    failures: list[Failure] = attrs.field(factory=list)
    absent: list[str] = attrs.field(factory=list)
    used: set[int] = attrs.field(factory=set)

    def fields(self, columns: Mapping[str, ColumnSource]) -> tuple[FieldPlan, ...]:
        """How each field comes, but for those that follow from others."""
        found = (self.planned(field, columns.get(field.name)) for field in self.entity.columns())
        return tuple(each for each in found if each is not None)

    def planned(self, field: Field, source: ColumnSource | None) -> FieldPlan | None:
        if source is None:
            return self._without(field)
        parser, kind = self.parser(field, source)
        planned = FieldPlan(
            field=field,
            parser=parser,
            kind=kind,
            nulls=frozenset(map(fold, source.null)),
            otherwise=source.otherwise,
            book=self.book(field, source),
            policy=self.policy(source) if isinstance(parser, Moment | SerialMoment) else None,
        )
        if source.value is not None:
            return attrs.evolve(planned, constant=parse_text(field, source.value))
        if not source.header and not source.join:
            return planned
        places = self.places(field, source)
        if places is None:
            self.absent.append(field.name)
            return attrs.evolve(planned, constant=field.default)
        header = " and ".join(self.header[at] for at in places)
        planned = self._with_forms(planned, places)
        return attrs.evolve(planned, places=places, header=header)

    def _with_forms(self, planned: FieldPlan, places: tuple[int, ...]) -> FieldPlan:
        """Days and times that the file knows as such, beside those that are text."""
        parser = planned.parser
        if not isinstance(parser, Day | Moment) or len(places) > 1:
            return planned
        more = self.source.forms(places[0], "day" if isinstance(parser, Day) else "time")
        zoned = tuple(form for form in more if "%z" in form)
        if more and zoned == more:
            return attrs.evolve(planned, parser=Moment(forms=more), policy=None)
        # Where the profile says that each time has its zone, one without is none.
        more = zoned if all("%z" in form for form in parser.forms) else more
        return attrs.evolve(planned, parser=attrs.evolve(parser, forms=(*more, *parser.forms)))

    def _without(self, field: Field) -> FieldPlan | None:
        """A field that no column makes."""
        plain = FieldPlan(field=field, parser=Text(), kind=arrow_type(field))
        if field.name == "force" and self.force is not None:
            return attrs.evolve(plain, constant=self.force)
        if field.name in derived(self.entity) or field.name == "response_seconds":
            return None
        if field.required:
            rule, where = "is a field that the profile makes", f"columns.{field.name}"
            if field.name == "force":
                where = "the code of the force (say force in the profile, or when reading)"
            self.fail("MISSING", rule, where)
        return attrs.evolve(plain, constant=field.default)

    def fail(self, code: str, rule: str, column: str, value: str | None = None) -> None:
        self.failures.append(Failure(code=code, rule=rule, column=column, value=value))

    # -- columns

    def places(self, field: Field, source: ColumnSource) -> tuple[int, ...] | None:
        """The columns of a field; null where it may be left out, and is."""
        if source.join:
            found = [self.find(name) for name in source.join]
            if None not in found:
                return tuple(at for at in found if at is not None)
            names = [n for n, at in zip(source.join, found, strict=True) if at is None]
        else:
            found = [self.find(name) for name in source.header]
            if there := self.one_of(field, [at for at in found if at is not None]):
                return there
            names = list(source.header)
        if field.required or (source.join and any(at is not None for at in found)):
            rule = f"is a column of the file, for {field.name}"
            shown = " or ".join(map(repr, names))
            self.fail("MISSING", rule, shown)
        return None

    def one_of(self, field: Field, there: Sequence[int]) -> tuple[int, ...]:
        """The one column of those that are there; which of several is meant, is not guessed."""
        wanted = [at for at in there if fold(self.header[at]) not in self.ignored] or there
        several = list(dict.fromkeys(wanted))
        if len(several) > 1:
            rule = "is of one column; the file has several that the profile knows as it: say one "
            rule += "in header, and the others in ignore"
            shown = " and ".join(repr(self.header[at]) for at in several)
            self.fail("HEADER", rule, field.name, shown)
        return tuple(several[:1])

    def find(self, name: str) -> int | None:
        """The column of a header, its case and blanks folded."""
        found = [at for at, each in enumerate(self.header) if fold(each) == fold(name)]
        if len(found) > 1:
            rule = "is the header of one column"
            self.fail("HEADER", rule, name, f"{len(found)}")
        for at in set(found) - self.used:
            if (failure := self.source.unfit(at)) is not None:
                self.failures.append(failure)
        self.used.update(found)
        return found[0] if found else None

    def header_failures(self) -> Iterator[Failure]:
        """Columns that other parts of the profile need, and those that it does not know."""
        for name in self._named():
            if self.find(name) is None:
                yield Failure(
                    code="MISSING", rule="is a column of the file", column=name, value=None
                )
        if self.profile.head.others == "ignore":
            return
        for at, name in enumerate(self.header):
            known = at in self.used or fold(name) in self.ignored or name.startswith(OURS)
            if fold(name) and not known:
                rule = 'is a column that the profile knows; say it in ignore, or others = "ignore"'
                yield Failure(code="HEADER", rule=rule, column=f"column {at + 1}", value=name)

    def unnamed(self) -> list[int]:
        """Columns without a header, where others than are named are not to be ignored."""
        if self.profile.head.others == "ignore":
            return []
        return [at for at, name in enumerate(self.header) if not fold(name)]

    @property
    def ignored(self) -> frozenset[str]:
        """The headers, folded, that are not wanted."""
        return frozenset(map(fold, self.profile.head.ignore))

    def _named(self) -> Iterator[str]:
        for each in self.profile.set_aside:
            yield each.header
        for agreement in self.profile.agree:
            yield from (agreement.header, *agreement.sum, *agreement.minus, *agreement.ratio)

    # -- how cells are read

    def policy(self, source: ColumnSource) -> Policy | None:
        """Whose clock local times are of; null where each says its zone."""
        if any("%z" in form for form in source.formats):
            return None
        head = self.profile.head
        return Policy(source.time_zone or head.time_zone, head.ambiguous, head.nonexistent)

    def book(self, field: Field, source: ColumnSource) -> Book | None:
        """The codes of the force that the field's are of."""
        if self.reference is None or source.value is not None:
            return None
        aliases = self.profile.aliases.get(field.name, {})
        cells = code_of(field, source)
        if cells not in ("npu", "grade"):
            return None
        book = (units if cells == "npu" else grades)(self.reference, aliases)
        for text, fault in book.strangers.items():
            self.fail(fault.code, fault.rule, f"aliases.{field.name}.{text}", aliases[text])
        return book

    def parser(self, field: Field, source: ColumnSource) -> tuple[Parser, pa.DataType]:
        """How a cell of a field is read, and as what type."""
        cells = cells_of(field, source)
        kind = arrow_type(field)
        if cells not in ALLOWED[field.kind]:
            rule = f"is one of {', '.join(ALLOWED[field.kind]) or 'those that a file can hold'}"
            self.fail("NOT_ALLOWED", rule, f"columns.{field.name}.cells", cells)
            return Text(), pa.string()
        if field.kind == "timestamp":
            kind = pa.timestamp("us")
        aliases = self.profile.aliases.get(field.name, {})
        book = self.book(field, source)
        return (parser_of(field, source, aliases) if book is None else book.choice), kind
