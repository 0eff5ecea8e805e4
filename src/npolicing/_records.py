"""What an entity is: a frozen class of declared fields, and rows of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import (
    TYPE_CHECKING,
    ClassVar,
    Generic,
    Protocol,
    Self,
    TypeVar,
    get_type_hints,
    overload,
)

import attrs

from npolicing._binding import bind
from npolicing._columns import Field, Value, parse_text
from npolicing._markup import plain_grid
from npolicing._rules import InOrder, Rule
from npolicing.errors import DeclarationError, Failure, ValidationError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Record", "Records", "Upgrade"]

R = TypeVar("R", bound="Record")
Plain = str | int | float | bool | list[str] | None


class Upgrade(Protocol):
    """Turns an Arrow table of one schema version into the next version's."""

    def __call__(self, table: pa.Table, /) -> pa.Table: ...


@attrs.frozen(kw_only=True)
class Record:
    """The base of every entity: declare fields with `Column`, and the rest follows.

    Public, so that another force's tool can declare records of its own. A class is
    ``@attrs.frozen(kw_only=True)``, and each of its fields ``Annotated[type, Column(...)]``.

    >>> from npolicing import Target
    >>> Target(force="WMP", kind="street_watch", npu="CV", value=20).value
    20
    >>> Target(force="WMP", kind="street_watch", npu="cv", value=20)
    Traceback (most recent call last):
    ...
    npolicing.errors.ValidationError: 1 failure for Target:
      - npu: 'cv' breaks matches [A-Z0-9][A-Z0-9&._-]{0,23} [PATTERN]

    Class attributes that a subclass may set:
        rules: Relations between fields, each a `Rule`.
        schema_version: Raised by one when a column is renamed, retyped or dropped.
        upgrades: For each older version, a function from its Arrow table to the next version's.
    """

    rules: ClassVar[tuple[Rule, ...]] = ()
    schema_version: ClassVar[int] = 1
    upgrades: ClassVar[Mapping[int, Upgrade]] = {}
    _declared: ClassVar[tuple[Field, ...]] = ()

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        """Bind the fields when the class is made, so that a slip fails at once and by name."""
        try:
            hints = get_type_hints(cls, include_extras=True)
        except NameError as error:
            raise DeclarationError(
                f"{cls.__name__}: {error}; a field's type is needed at run time. Import it outside "
                "`if TYPE_CHECKING`, and outside the function that the class is in."
            ) from error
        attributes = attrs.fields(cls)
        _check_class(cls, attributes)
        defaults = {a.name: a.default for a in attributes if a.default is not attrs.NOTHING}
        cls._declared = tuple(
            bind(cls.__name__, {a.name: hints[a.name] for a in attributes}, defaults)
        )
        _check_rules(cls)
        # attrs writes a repr into each class; ours leaves out nulls and what is personal.
        cls.__repr__ = _repr  # type: ignore[method-assign, assignment] # the one place that does it

    @classmethod
    def columns(cls) -> tuple[Field, ...]:
        """The declared fields, in order."""
        return cls._declared

    def __attrs_post_init__(self) -> None:
        """Refuse the record with every failure at once."""
        cls = type(self)
        if "_declared" not in vars(cls):
            raise DeclarationError(f"{cls.__name__} needs @attrs.frozen(kw_only=True) above it.")
        row = {field.name: getattr(self, field.name) for field in cls._declared}
        failures = _row_failures(cls, row)
        if failures:
            raise ValidationError(cls.__name__, failures)

    def to_dict(self) -> dict[str, Plain]:
        """The record as JSON has it: dates and decimals as text, lists as lists.

        >>> from npolicing import Team
        >>> Team(force="WMP", team_id="T1", npu="CV", kind="neighbourhood").to_dict()["npu"]
        'CV'
        """
        return {field.name: _plain(getattr(self, field.name)) for field in self._declared}

    def _repr_html_(self) -> str:
        """The record as a table, a field a row, for a notebook; it shows no more than `repr`."""
        row = withheld(type(self), {f.name: getattr(self, f.name) for f in self._declared})
        cells = ([name, _cell(value)] for name, value in row.items() if value is not None)
        return plain_grid(type(self).__name__, ["field", "value"], cells, named=True)

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> Self:
        """The record that `to_dict` gave, or a `ValidationError` with everything wrong in it.

        A field with a default may be left out; an unknown name is refused.
        """
        # JSON may hold anything, whatever the annotation says.
        if not isinstance(values, Mapping):
            wrong = Failure(code="WRONG_TYPE", rule="is a mapping of fields", value=values)  # type: ignore[unreachable] # it is reached
            raise ValidationError(cls.__name__, [wrong])
        known = {field.name for field in cls._declared}
        failures = [
            Failure(
                code="UNKNOWN_FIELD",
                rule=f"is a field of {cls.__name__}",
                column=str(name),
                value="(withheld)",  # nobody has said whether it is personal
            )
            for name in values
            if name not in known
        ]
        failures += [
            Failure(code="MISSING", rule="is given", column=field.name)
            for field in cls._declared
            if field.required and field.name not in values
        ]
        row = {
            field.name: _unplain(field, values[field.name])
            if field.name in values
            else field.default
            for field in cls._declared
            if field.name in values or not field.required
        }
        if failures:
            present = (f for f in cls._declared if f.name in row)
            failures += [bad for f in present for bad in f.failures(row[f.name])]
            raise ValidationError(cls.__name__, failures)
        return cls(**row)


def _row_failures(cls: type[Record], row: Mapping[str, object]) -> list[Failure]:
    failures = [bad for field in cls.columns() for bad in field.failures(row[field.name])]
    wrong = {failure.column for failure in failures}
    # A rule has nothing to compare where a field of it is wrong in itself.
    comparable = (rule for rule in cls.rules if not wrong.intersection(rule.columns))
    failures += [rule.failure(withheld(cls, row)) for rule in comparable if rule.broken(row)]
    return failures


def withheld(cls: type[Record], row: Mapping[str, object]) -> dict[str, object]:
    """A row to show: what is personal is replaced."""
    personal = {field.name for field in cls.columns() if field.column.personal}
    return {
        name: "(withheld)" if name in personal and value is not None else value
        for name, value in row.items()
    }


def _check_class(cls: type[Record], attributes: Iterable[attrs.Attribute[object]]) -> None:
    """Refuse what the constructor would do and a frame would not, or the reverse."""
    if "__slots__" not in vars(cls):
        raise DeclarationError(f"{cls.__name__}: keep attrs' slots; frames fill records by them.")
    if "__attrs_post_init__" in vars(cls):
        raise DeclarationError(f"{cls.__name__}: the checks are there; say yours as a Rule.")
    for each in attributes:
        where = f"{cls.__name__}.{each.name}"
        if hasattr(Record, each.name):
            raise DeclarationError(f"{where}: that name belongs to Record.")
        if each.validator is not None or each.converter is not None:
            raise DeclarationError(
                f"{where}: say it in the Column or as a Rule; frames know those."
            )
        if not each.init or each.alias != each.name:
            raise DeclarationError(f"{where}: a field is an argument of its own name.")


def _check_rules(cls: type[Record]) -> None:
    kinds = {field.name: field.kind for field in cls.columns()}
    for rule in cls.rules:
        where = f"{cls.__name__}: rule {rule.name!r}"
        if not isinstance(rule.columns, tuple):
            raise DeclarationError(f"{where} has columns that are no tuple.")
        for name in rule.columns:
            if name not in kinds:
                raise DeclarationError(f"{where} names no field {name!r}.")
        if isinstance(rule, InOrder) and len({kinds[name] for name in rule.columns}) > 1:
            raise DeclarationError(f"{where} orders fields of several kinds.")


def _repr(self: Record) -> str:
    shown = []
    for field in self.columns():
        value = getattr(self, field.name)
        if value is not None:
            text = "(withheld)" if field.column.personal else repr(value)
            shown.append(f"{field.name}={text}")
    return f"{type(self).__name__}({', '.join(shown)})"


def _plain(value: Value) -> Plain:
    match value:
        case Decimal():
            # Without an exponent, and zero without a sign: plain for every other reader.
            return format(value or abs(value), "f")
        case date():
            return value.isoformat()
        case tuple():
            return list(value)
        case _:
            return value


def _unplain(field: Field, value: object) -> object:
    """The Python value of a JSON value; what does not parse is left for the checks to name."""
    if isinstance(value, list):
        return tuple(value)
    if type(value) is int and field.kind == "decimal":
        return Decimal(value)
    if isinstance(value, str) and field.kind in ("decimal", "date", "timestamp"):
        return parse_text(field, value)
    return value


class Records(Sequence[R], Generic[R]):
    """Rows of one entity: a sequence that still knows its entity when it is empty.

    >>> from npolicing import Records, Team
    >>> Records(Team, [])
    Records(Team, 0 rows)
    """

    __slots__ = ("_rows", "entity")

    def __init__(self, entity: type[R], rows: Iterable[R] = ()) -> None:
        self.entity = entity
        self._rows = tuple(rows)
        for number, row in enumerate(self._rows):
            if type(row) is not entity:
                found = type(row).__name__
                raise TypeError(f"row {number} is a {found}, not a {entity.__name__}")

    @classmethod
    def of_whole(cls, entity: type[R], rows: Iterable[R]) -> Records[R]:
        """Rows that are known to be of the entity, and are not looked at again."""
        made = cls(entity)
        made._rows = tuple(rows)
        return made

    @overload
    def __getitem__(self, index: int) -> R: ...
    @overload
    def __getitem__(self, index: slice) -> Records[R]: ...
    def __getitem__(self, index: int | slice) -> R | Records[R]:
        if isinstance(index, slice):
            return Records(self.entity, self._rows[index])
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[R]:
        return iter(self._rows)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Records):
            return NotImplemented
        return self.entity is other.entity and self._rows == other._rows

    def __hash__(self) -> int:
        return hash((self.entity, self._rows))

    def where(self, **values: Value) -> Records[R]:
        """The rows whose fields equal the values given.

        >>> from npolicing import paper
        >>> len(paper.wmp_2019().budgets.where(npu="CV"))
        1
        """
        unknown = set(values) - {field.name for field in self.entity.columns()}
        if unknown:
            raise AttributeError(
                f"{self.entity.__name__} has no field {', '.join(sorted(unknown))}"
            )
        kept = (r for r in self if all(getattr(r, name) == v for name, v in values.items()))
        return Records(self.entity, kept)

    def __repr__(self) -> str:
        rows = "row" if len(self) == 1 else "rows"
        head = f"Records({self.entity.__name__}, {len(self)} {rows})"
        shown = [f"  {row!r}" for row in self._rows[:5]]
        more = [f"  ... and {len(self) - 5} more"] if len(self) > 5 else []
        return "\n".join([f"{head}:" if shown else head, *shown, *more])

    def _repr_html_(self) -> str:
        """The first rows as a table, for a notebook; null and personal columns are left out."""
        fields = [f.name for f in self.entity.columns() if not f.column.personal]
        used = [name for name in fields if any(getattr(r, name) is not None for r in self)]
        rows = ([_cell(getattr(row, name)) for name in used] for row in self._rows[:_SHOWN])
        shown = f", the first {_SHOWN} of {len(self):,}" if len(self) > _SHOWN else ""
        return plain_grid(f"{self.entity.__name__}{shown}", used, rows)


_SHOWN = 20


def _cell(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
