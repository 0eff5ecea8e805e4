"""The small tables of a pack: a folder of files, each read, checked, and held to the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar, cast

import attrs

from npolicing._files import FilePath
from npolicing._inputs import InputFile, file_of, input_file, lines_of, read_file, unit_rule
from npolicing._records import Record, Records
from npolicing.entities import (
    NPU,
    ACFBid,
    Action,
    BudgetPosition,
    Crime,
    CrimeCount,
    DemandTier,
    Force,
    ImpactArea,
    Milestone,
    Observation,
    Problem,
    ProblemStage,
    Scheme,
    Staff,
    Target,
    Threshold,
    Ward,
)
from npolicing.errors import Failure, InputFileError, NpolicingError
from npolicing.forces import ForceReference
from npolicing.problem_solving import check_problems
from npolicing.references import check_references

__all__ = ["FILES", "PackTables", "check_tables", "read_tables"]

R = TypeVar("R", bound=Record)

FILES: Mapping[str, type[Record]] = {
    "observations": Observation,
    "targets": Target,
    "milestones": Milestone,
    "thresholds": Threshold,
    "schemes": Scheme,
    "wards": Ward,
    "budget_positions": BudgetPosition,
    "acf_bids": ACFBid,
    "crimes": Crime,
    "crime_counts": CrimeCount,
    "problems": Problem,
    "problem_stages": ProblemStage,
    "demand_tiers": DemandTier,
    "actions": Action,
}
"""Name of each file, without its ending, and what a row of it is."""
_SHOWN = 20
# The stages of problems are held against them with their order.
_UNCHECKED = (ImpactArea, Problem, Staff)


@attrs.frozen(kw_only=True, repr=False)
class PackTables:
    """The rows of the tables of one force; a table of which there was no file is not there.

    Attributes:
        rows: The rows of each table that is there, by its name in `FILES`.
        files: The files that they were read from, by the same names.
        others: Names of files in the folder that look like a table and are none.
    """

    rows: Mapping[str, Records[Record]] = attrs.field(factory=dict)
    files: Mapping[str, InputFile] = attrs.field(factory=dict)
    others: tuple[str, ...] = ()

    @classmethod
    def of(cls, **tables: Sequence[Record]) -> PackTables:
        """Tables out of records, by their names in `FILES`.

        Raises:
            TypeError: If there is no such table, or its rows are of another entity.
        """
        unknown = sorted(set(tables) - set(FILES))
        if unknown:
            raise TypeError(f"no table {', '.join(unknown)}; there are {', '.join(FILES)}")
        return cls(rows={name: Records(FILES[name], rows) for name, rows in tables.items()})

    def has(self, name: str) -> bool:
        """Whether there is a table of that name, with rows or without."""
        return name in self.rows

    def of_entity(self, name: str, entity: type[R]) -> Records[R]:
        """The rows of a table; none where it is not there."""
        return cast("Records[R]", self.rows.get(name, Records(entity)))

    @property
    def forces(self) -> tuple[str, ...]:
        """Codes of the forces that the rows are of."""
        return tuple(sorted({str(getattr(row, "force", "")) for row in self}))

    def __iter__(self) -> Iterator[Record]:
        """Every row of every table."""
        for rows in self.rows.values():
            yield from rows

    def narrowed(self, force: str) -> PackTables:
        """The rows of one force."""
        kept = {name: rows.where(force=force) for name, rows in self.rows.items()}
        return attrs.evolve(self, rows=kept)

    def __repr__(self) -> str:
        counts = ", ".join(f"{name}: {len(rows)}" for name, rows in self.rows.items())
        return f"PackTables({counts or 'none'})"


def read_tables(directory: FilePath) -> PackTables:
    """The tables in a folder: each as CSV or Parquet, by its name in `FILES`.

    Args:
        directory: Where the files are. Any of them may be missing.

    Raises:
        InputFileError: If the folder is not there, a table is there twice, or rows are wrong: with
            every failure of every file.
    """
    folder = Path(directory)
    if not folder.is_dir():
        raise InputFileError(str(folder), "no such folder")
    rows: dict[str, Records[Record]] = {}
    files: dict[str, InputFile] = {}
    wrong: list[NpolicingError] = []
    for name, entity in FILES.items():
        try:
            path = file_of(folder, name)
            if path is not None:
                rows[name] = cast("Records[Record]", read_file(path, entity))
                files[name] = input_file(path, len(rows[name]))
        except NpolicingError as error:
            wrong.append(error)
    _refuse(folder, wrong)
    if {"crimes", "crime_counts"} <= rows.keys():
        raise InputFileError(str(folder), "has both crimes and crime_counts; keep one")
    return PackTables(rows=rows, files=files, others=_others(folder))


def _refuse(folder: Path, wrong: Sequence[NpolicingError]) -> None:
    """Raise what is wrong with files: one as it is, several together."""
    if len(wrong) == 1:
        raise wrong[0]
    if wrong:
        words = [str(each).removeprefix(f"{folder}/") for each in wrong]
        failures = [one for each in wrong for one in getattr(each, "failures", ())]
        raise InputFileError(str(folder), " | ".join(words), failures)


def _others(folder: Path) -> tuple[str, ...]:
    """Files whose names are nearly those of tables: they may be misspelt."""
    found = (path for path in sorted(folder.iterdir()) if path.suffix in (".csv", ".parquet"))
    strange = (path for path in found if path.stem not in FILES)
    return tuple(path.name for path in strange if get_close_matches(path.stem, FILES, n=1))


def check_tables(
    directory: Path | None, tables: PackTables, reference: ForceReference | None
) -> None:
    """Hold tables to the units of a force, if they are known, and to one another.

    Raises:
        InputFileError: With every row that names what is not there, and its file; and with every
            stage of a problem that contradicts it.
    """
    wards = [tables.rows["wards"]] if tables.has("wards") else []
    unknown: tuple[type[Record], ...] = () if reference is not None else (Force, NPU)
    unchecked = (*_UNCHECKED, *unknown, *(() if wards else (Ward,)))
    histories = _histories(tables)
    words: list[str] = []
    found: list[Failure] = []
    for name, rows in tables.rows.items():
        beside = wards if name != "wards" else []
        pointing = check_references(rows, *beside, reference=reference, unchecked=unchecked)
        failures = [
            attrs.evolve(each, rule=_rule(each, reference))
            for each in (*pointing, *histories)
            # What is wrong with the rows of another file is told of that.
            if (each.column or "").startswith(f"{rows.entity.__name__}.")
        ]
        found += failures
        words += _placed(directory, tables.files.get(name), name, failures)
    if found:
        rest = len(words) - _SHOWN
        more = [f"and {rest} more, all in .failures"] if rest > 0 else []
        raise InputFileError(str(directory or "tables"), "; ".join([*words[:_SHOWN], *more]), found)


def _histories(tables: PackTables) -> Sequence[Failure]:
    """What is wrong between problems and their stages, where both are there."""
    if not tables.has("problems") or not tables.has("problem_stages"):
        return ()
    return check_problems(tables.rows["problems"], tables.rows["problem_stages"])


def _rule(failure: Failure, reference: ForceReference | None) -> str:
    if reference is None or failure.code != "UNKNOWN_NPU":
        return failure.rule
    return unit_rule(failure, reference)


def _placed(
    directory: Path | None, file: InputFile | None, name: str, failures: Sequence[Failure]
) -> Iterator[str]:
    """Each failure with its file, and its line where the file has lines."""
    path = None if directory is None or file is None else directory / file.name
    lines = [] if path is None else lines_of(path)
    for each in failures:
        rest = str(attrs.evolve(each, row=None))
        row = "" if each.row is None else f"row {each.row}, "
        place = f"line {lines[each.row]}, " if lines and each.row is not None else row
        yield f"{name if path is None else path.name}, {place}{rest}"
