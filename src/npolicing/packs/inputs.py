"""What packs are made of: a log store, small tables, and the force that they are of."""

from __future__ import annotations

from pathlib import Path

import attrs

from npolicing._files import FilePath
from npolicing._metadata import one_marking
from npolicing.calendar import within
from npolicing.errors import InputFileError, UnknownCodeError
from npolicing.forces import ForceReference, known, load
from npolicing.packs.tables import PackTables, check_tables, read_tables
from npolicing.store import LogStore, open_store
from npolicing.vocabulary import TeamKind

__all__ = ["PackInputs", "read_inputs"]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class PackInputs:
    """One force's logs and small tables, checked; either may be missing.

    Attributes:
        force: Code of the force.
        reference: Its units and grades, where they are known.
        store: The store; null without logs.
        tables: The small tables.
        directory: The folder that they were read from; null where they were given.
    """

    force: str
    reference: ForceReference | None = None
    store: LogStore | None = None
    tables: PackTables = attrs.field(factory=PackTables)
    directory: Path | None = None

    def __repr__(self) -> str:
        store = "no logs" if self.store is None else f"{self.store.rows:,} logs"
        return f"PackInputs({self.force}, {store}, {self.tables!r})"

    @property
    def force_name(self) -> str:
        """Name of the force; its code, where no reference is at hand."""
        return self.force if self.reference is None else self.reference.force.name

    @property
    def units(self) -> tuple[str, ...]:
        """Codes of its units: those of the reference, or else those that the tables name."""
        if self.reference is not None:
            return tuple(unit.code for unit in self.reference.npus)
        found = {getattr(row, "npu", None) for row in self.tables}
        return tuple(sorted(str(unit) for unit in found if unit is not None))

    def name_of(self, npu: str) -> str:
        """Name of a unit; its code, where no reference is at hand."""
        return npu if self.reference is None else self.reference.npu(npu).name

    def code_of(self, text: str, units: tuple[str, ...]) -> str:
        """The code of a unit that is called by code, name or alias.

        Raises:
            UnknownCodeError: If the force has no such unit.
        """
        if self.reference is not None:
            return self.reference.npu(text).code
        if text in units:
            return text
        raise UnknownCodeError(f"unit of {self.force}", text, units)

    def targets_of_grades(self) -> dict[str, int]:
        """The target in seconds of each grade that has one, by its name."""
        grades = () if self.reference is None else self.reference.grades
        return {
            each.grade: each.target_seconds for each in grades if each.target_seconds is not None
        }

    def grades_of(self, owner: TeamKind, period_end: object) -> tuple[str, ...]:
        """The grades that a kind of team owns on a day; none where no source says."""
        if self.reference is None:
            return ()
        return tuple(
            row.grade
            for row in self.reference.grade_owners
            if row.owner == owner
            and not row.planned
            and within(row.valid_from, row.valid_to, period_end)  # type: ignore[arg-type] # a day
        )

    @property
    def synthetic_logs(self) -> bool:
        """Whether the logs are made up."""
        return self.store is not None and self.store.synthetic

    def synthetic(self, *names: str) -> bool:
        """Whether any of some tables is of rows that are made up."""
        files = (self.tables.files.get(name) for name in names)
        return any(file is not None and file.synthetic for file in files)

    def marking(self, given: str | None) -> str | None:
        """The marking of what is made of all of them.

        Raises:
            ValueError: If they are marked in different ways, and none is given.
        """
        found = [file.marking for file in self.tables.files.values()]
        if self.store is not None:
            found += [each.marking for each in self.store.files if each.force == self.force]
        return one_marking("inputs of the pack", given, found)


def read_inputs(
    *,
    store: FilePath | LogStore | None = None,
    tables: FilePath | PackTables | None = None,
    force: str | None = None,
) -> PackInputs:
    """A store of logs and a folder of small tables, checked and held to their force.

    Args:
        store: A log store, or its folder; none: packs without logs.
        tables: Small tables, or the folder that they are in, each by its name in
            `packs.tables.FILES`, as CSV or Parquet; none: packs without them. Any may be missing.
        force: Code of the force, or the path of its TOML file; needed where the inputs have
            several, or another than those that are shipped is to be known.

    Raises:
        InputFileError: If a file cannot be read, or has rows that are wrong or name a unit or a
            ward that is not there: with every failure, its file, row, column and value. If the
            inputs have several forces, or nothing of the one that is asked for.
        StoreError: If the store cannot be read.

    >>> from npolicing import packs
    >>> from npolicing.entities import Action
    >>> from datetime import date
    >>> day = date(2019, 9, 3)
    >>> one = Action(force="WMP", action_id="A1", title="Brief hosts", forum="sim", raised_on=day)
    >>> packs.read_inputs(tables=packs.PackTables.of(actions=[one]))
    PackInputs(WMP, no logs, PackTables(actions: 1))
    """
    opened = store if store is None or isinstance(store, LogStore) else open_store(store)
    directory = None if tables is None or isinstance(tables, PackTables) else Path(tables)
    given = tables if isinstance(tables, PackTables) else PackTables()
    read = given if directory is None else read_tables(directory)
    reference = None if force is None else _reference(force)
    code = force if reference is None else reference.force.force
    forces = sorted({*read.forces, *(() if opened is None else opened.forces)})
    code = _one_force(code, forces)
    if reference is None and code in known():
        reference = load(code)
    own = read.narrowed(code)
    check_tables(directory, own, reference)
    return PackInputs(
        force=code, reference=reference, store=opened, tables=own, directory=directory
    )


def _reference(force: str) -> ForceReference | None:
    """The reference data of a force that is named; null of a code that is not shipped."""
    return load(force) if force.casefold().endswith(".toml") or force in known() else None


def _one_force(code: str | None, forces: list[str]) -> str:
    listed = ", ".join(forces)
    if code is not None:
        if code not in forces:
            has = f"they have {listed}" if forces else "they have no rows"
            raise InputFileError("the inputs", f"have nothing of {code}; {has}")
        return code
    if len(forces) == 1:
        return forces[0]
    if not forces:
        raise InputFileError("the inputs", "have no rows; give --store, --tables, or both")
    raise InputFileError("the inputs", f"are of several forces ({listed}); say which, with --force")
