"""A board paper: its typed rows, what it printed, and what its rows give."""

from __future__ import annotations

from datetime import date
from importlib.resources import as_file, files
from pathlib import Path

import attrs

from npolicing._files import refusal
from npolicing._inputs import InputFile, lines_of, unit_rule
from npolicing._records import Records
from npolicing.entities import (
    BudgetPosition,
    ComputedFigure,
    Observation,
    PublishedFigure,
    Target,
    Ward,
)
from npolicing.errors import InputFileError, UnknownCodeError
from npolicing.forces import ForceReference, known, load
from npolicing.paper.computing import Basis, compute
from npolicing.paper.tables import PaperTables, Row, read_tables
from npolicing.references import check_references

__all__ = ["Paper", "read_paper", "wmp_2019"]


@attrs.frozen(kw_only=True)
class Paper:
    """A board paper as typed records.

    Attributes:
        force: Code of the force whose paper it is.
        report_date: Date of the paper.
        observations: Every count that it reports, an `Observation` a row.
        targets: What is to be reached, a `Target` a row.
        budgets: Where each unit's budget of the fund stands, a `BudgetPosition` a row.
        published: What the paper printed, a `PublishedFigure` a row.
        reference: The force's units and grades, where they are shipped.
        unit: The one unit that the rows are narrowed to; null for the whole force.
        files: The files that the rows were read from.

    >>> from npolicing import paper
    >>> board = paper.wmp_2019()
    >>> board.force, board.report_date.isoformat(), sum(row.value for row in board.schemes)
    ('WMP', '2019-10-15', 126)
    """

    force: str
    report_date: date
    observations: Records[Observation]
    targets: Records[Target]
    budgets: Records[BudgetPosition]
    published: Records[PublishedFigure] = attrs.field(repr=False)
    reference: ForceReference | None = attrs.field(default=None, repr=False)
    unit: str | None = None
    files: tuple[InputFile, ...] = attrs.field(default=(), repr=False)

    @property
    def schemes(self) -> Records[Observation]:
        """Street Watch schemes."""
        return self.observations.where(kind="street_watch")

    @property
    def neighbourhood_watch(self) -> Records[Observation]:
        """Neighbourhood Watch schemes."""
        return self.observations.where(kind="neighbourhood_watch")

    @property
    def cadets(self) -> Records[Observation]:
        """Cadets."""
        return self.observations.where(kind="cadets")

    @property
    def junior_pcsos(self) -> Records[Observation]:
        """Junior PCSOs."""
        return self.observations.where(kind="junior_pcsos")

    @property
    def sign_ups(self) -> Records[Observation]:
        """Sign-ups to community messaging (WMNow)."""
        return self.observations.where(kind="messaging_sign_ups")

    @property
    def basis(self) -> Basis:
        """The rows that figures come out of, as they stood on the paper's day."""
        return Basis(
            force=self.force,
            observations=self.observations,
            targets=self.targets,
            budgets=self.budgets,
            as_of=self.report_date,
            npus=self.npus,
        )

    @property
    def computed(self) -> Records[ComputedFigure]:
        """Every figure that the rows give, to hold the printed ones against.

        Of one unit there is none for the force: its sum would be the unit's alone.
        """
        figures = compute(self.basis)
        return figures if self.unit is None else figures.where(npu=self.unit)

    @property
    def npus(self) -> tuple[str, ...]:
        """Codes of the units that the rows name, sorted."""
        rows: list[Row] = [
            *self.observations,
            *self.targets,
            *self.budgets,
            *self.published,
        ]
        return tuple(sorted({row.npu for row in rows if row.npu is not None}))

    def name_of(self, npu: str) -> str:
        """Name of a unit; its code, where no reference is at hand."""
        return npu if self.reference is None else self.reference.npu(npu).name

    def narrowed(self, npu: str) -> Paper:
        """The paper of one unit; what is reported for the force alone is not in it.

        Args:
            npu: Code, name or alias of the unit.

        Raises:
            UnknownCodeError: If the force has no such unit, or the paper none of its rows.
        """
        code = npu if self.reference is None else self.reference.npu(npu).code
        if code not in self.npus:
            raise UnknownCodeError(f"unit in the tables of {self.force}", npu, self.npus)
        return attrs.evolve(
            self,
            unit=code,
            observations=self.observations.where(npu=code),
            targets=self.targets.where(npu=code),
            budgets=self.budgets.where(npu=code),
            published=self.published.where(npu=code),
        )


def wmp_2019() -> Paper:
    """The West Midlands Police board paper of 15 October 2019, from records that are shipped.

    Source: Strategic Policing and Crime Board, 15 October 2019, item 9a, Neighbourhood Policing
    (West Midlands Police and Crime Commissioner).

    >>> len(wmp_2019().published)
    109
    """
    with as_file(files("npolicing.paper") / "data" / "wmp_2019") as directory:
        return read_paper(directory)


def read_paper(directory: Path) -> Paper:
    """A board paper from files: a folder of the tables that `paper.tables.FILES` names.

    Args:
        directory: Where the files are, each as CSV or Parquet. The folder `csv` of a pack is one:
            copy it, change what is yours, and read it again.

    Raises:
        InputFileError: If a file cannot be read, its rows are wrong, the rows are of several
            forces, or they name a unit that the force does not have.

    >>> from tempfile import TemporaryDirectory
    >>> from npolicing import paper
    >>> with TemporaryDirectory() as folder:
    ...     _ = paper.write_pack(paper.report(wmp_2019()), Path(folder))
    ...     again = read_paper(Path(folder, "csv"))
    >>> again.budgets == wmp_2019().budgets
    True
    """
    tables = read_tables(directory)
    force = _one_force(directory, tables)
    reference = load(force) if force in known() else None
    if reference is not None:
        _check_units(directory, tables, reference)
    return Paper(
        force=force,
        report_date=_report_date(directory, tables),
        observations=tables.observations,
        targets=tables.targets,
        budgets=tables.budgets,
        published=tables.published,
        reference=reference,
        files=tables.files,
    )


def _one_force(directory: Path, tables: PaperTables) -> str:
    forces = sorted({row.force for row in tables.rows})
    if len(forces) == 1:
        return forces[0]
    has = (
        f"rows of several forces ({', '.join(forces)}); a paper is of one" if forces else "no rows"
    )
    raise InputFileError(str(directory), f"has {has}")


def _check_units(directory: Path, tables: PaperTables, reference: ForceReference) -> None:
    """Refuse the first file that names a unit the force does not have, with every such row."""
    for file, rows in zip(tables.files, tables.given, strict=True):
        failures = [
            attrs.evolve(failure, column="npu", rule=unit_rule(failure, reference))
            for failure in check_references(rows, reference=reference, unchecked=(Ward,))
        ]
        if failures:
            raise refusal(directory / file.name, failures, lines_of(directory / file.name))


def _report_date(directory: Path, tables: PaperTables) -> date:
    printed = [row.report_date for row in tables.published]
    stood = [row.as_of for row in tables.observations] + [row.as_of for row in tables.budgets]
    if not printed and not stood:
        raise InputFileError(str(directory), "has no row with a day; add observations")
    return max(printed or stood)
