"""Typed, checked data and honest figures for UK neighbourhood policing.

Every public name is here, and is loaded when it is first asked for: `import npolicing` by itself
loads no data-frame library.

>>> import npolicing as npol
>>> npol.NPU(force="WMP", code="CV", name="Coventry")
NPU(force='WMP', code='CV', name='Coventry', kind='npu', aliases=(), successors=())
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "ENTITIES",
    "NPU",
    "ACFBid",
    "Action",
    "AreaJoin",
    "AreaLink",
    "Attendance",
    "BudgetPosition",
    "Column",
    "ColumnTypeError",
    "ComputedFigure",
    "Crime",
    "CrimeCount",
    "Crosswalk",
    "DeclarationError",
    "DemandTier",
    "DisclosureError",
    "DisclosureRule",
    "Failure",
    "Failures",
    "FileMetadata",
    "Finding",
    "FitError",
    "Force",
    "Grade",
    "GradeOwner",
    "GradingScheme",
    "ImpactArea",
    "InOrder",
    "InputFileError",
    "Intake",
    "Load",
    "Log",
    "LogStore",
    "Milestone",
    "MissingColumnsError",
    "MissingTargetError",
    "MixedRowsError",
    "NeededWhen",
    "NpolicingError",
    "NpolicingWarning",
    "Observation",
    "Problem",
    "Profile",
    "PublishedFigure",
    "Reconciliation",
    "Record",
    "Records",
    "Retally",
    "Rule",
    "SchemaVersionError",
    "Scheme",
    "Staff",
    "StopAndSearch",
    "StoreError",
    "StoreLoad",
    "Target",
    "Team",
    "Threshold",
    "TooManyRejectsError",
    "UnknownCodeError",
    "UnknownColumnsError",
    "ValidationError",
    "Ward",
    "WorkbookError",
    "__version__",
    "anticipated_demand",
    "arrow_schema",
    "attendance_ratio",
    "attendance_share",
    "backlog",
    "check",
    "check_areas",
    "check_references",
    "control_chart",
    "coverage",
    "demand",
    "draft_profile",
    "emerging_trends",
    "failures_frame",
    "growth",
    "hourly_demand",
    "join_areas",
    "json_schema",
    "load",
    "needed_tier",
    "open_store",
    "read",
    "read_arrow",
    "read_csv",
    "read_metadata",
    "read_parquet",
    "read_profile",
    "reconcile",
    "resolution_without_deployment",
    "response_time",
    "retally",
    "seasonal_delta",
    "seasonal_profile",
    "settle",
    "spend_rate",
    "split",
    "status",
    "stream_records",
    "suppress",
    "tally",
    "target_gap",
    "to_arrow",
    "to_pandas",
    "to_records",
    "trajectory",
    "validate",
    "write_csv",
    "write_parquet",
    "write_store",
    "write_workbook",
    "year_on_year",
]

if TYPE_CHECKING:
    from npolicing import calendar as calendar
    from npolicing import charts as charts
    from npolicing import disclosure as disclosure
    from npolicing import errors as errors
    from npolicing import exhibits as exhibits
    from npolicing import forces as forces
    from npolicing import intake as intake
    from npolicing import packs as packs
    from npolicing import pages as pages
    from npolicing import paper as paper
    from npolicing import stats as stats
    from npolicing import synthetic as synthetic
    from npolicing import testing as testing
    from npolicing import vocabulary as vocabulary
    from npolicing._columns import Column
    from npolicing._metadata import FileMetadata
    from npolicing._records import Record, Records
    from npolicing._rules import InOrder, NeededWhen, Rule
    from npolicing._tally import tally
    from npolicing.arrow import arrow_schema
    from npolicing.crosswalks import (
        AreaJoin,
        Crosswalk,
        Retally,
        check_areas,
        join_areas,
        retally,
    )
    from npolicing.delimited import read_csv, write_csv
    from npolicing.dictionary import json_schema
    from npolicing.disclosure import DisclosureRule, suppress
    from npolicing.entities import (
        ENTITIES,
        NPU,
        ACFBid,
        Action,
        AreaLink,
        Attendance,
        BudgetPosition,
        ComputedFigure,
        Crime,
        CrimeCount,
        DemandTier,
        Finding,
        Force,
        Grade,
        GradeOwner,
        GradingScheme,
        ImpactArea,
        Log,
        Milestone,
        Observation,
        Problem,
        PublishedFigure,
        Scheme,
        Staff,
        StopAndSearch,
        Target,
        Team,
        Threshold,
        Ward,
    )
    from npolicing.errors import (
        ColumnTypeError,
        DeclarationError,
        DisclosureError,
        Failure,
        Failures,
        FitError,
        InputFileError,
        MissingColumnsError,
        MissingTargetError,
        MixedRowsError,
        NpolicingError,
        NpolicingWarning,
        SchemaVersionError,
        StoreError,
        TooManyRejectsError,
        UnknownCodeError,
        UnknownColumnsError,
        ValidationError,
        WorkbookError,
    )
    from npolicing.frames import (
        check,
        failures_frame,
        split,
        stream_records,
        to_arrow,
        to_pandas,
        to_records,
        validate,
    )
    from npolicing.intake import Intake, Load, Profile, draft_profile, load, read, read_profile
    from npolicing.measures import (
        anticipated_demand,
        attendance_ratio,
        attendance_share,
        backlog,
        control_chart,
        coverage,
        demand,
        emerging_trends,
        growth,
        hourly_demand,
        needed_tier,
        resolution_without_deployment,
        response_time,
        seasonal_delta,
        seasonal_profile,
        spend_rate,
        status,
        target_gap,
        trajectory,
        year_on_year,
    )
    from npolicing.parquet import read_arrow, read_metadata, read_parquet, write_parquet
    from npolicing.reconciling import Reconciliation, reconcile
    from npolicing.references import check_references
    from npolicing.settling import settle
    from npolicing.store import LogStore, StoreLoad, open_store, write_store
    from npolicing.workbook import write_workbook

    __version__: str

# Beside the imports above, since a type checker cannot follow `__getattr__`, and nothing else can
# follow `TYPE_CHECKING`; tests/test_api.py holds that the two agree.
_ROOMS = """
calendar charts disclosure errors exhibits forces intake packs pages paper stats synthetic testing
vocabulary
""".split()  # noqa: SIM905 # two lines in place of fourteen
_NAMES = {
    "_columns": "Column",
    "_metadata": "FileMetadata",
    "_records": "Record Records",
    "_rules": "InOrder NeededWhen Rule",
    "_tally": "tally",
    "arrow": "arrow_schema",
    "crosswalks": "AreaJoin Crosswalk Retally check_areas join_areas retally",
    "delimited": "read_csv write_csv",
    "dictionary": "json_schema",
    "disclosure": "DisclosureRule suppress",
    "entities": "ACFBid Action AreaLink Attendance BudgetPosition ComputedFigure Crime"
    " CrimeCount DemandTier ENTITIES Finding Force Grade GradeOwner GradingScheme ImpactArea"
    " Log Milestone NPU Observation Problem PublishedFigure Scheme Staff StopAndSearch Target Team"
    " Threshold Ward",
    "errors": "ColumnTypeError DeclarationError DisclosureError Failure Failures FitError"
    " InputFileError MissingColumnsError MissingTargetError MixedRowsError"
    " NpolicingError NpolicingWarning SchemaVersionError StoreError"
    " TooManyRejectsError UnknownCodeError UnknownColumnsError ValidationError"
    " WorkbookError",
    "frames": "check failures_frame split stream_records to_arrow to_pandas to_records validate",
    "intake": "Intake Load Profile draft_profile load read read_profile",
    "measures": "anticipated_demand attendance_ratio attendance_share backlog control_chart"
    " coverage demand emerging_trends growth hourly_demand needed_tier"
    " resolution_without_deployment response_time seasonal_delta seasonal_profile"
    " spend_rate status target_gap trajectory year_on_year",
    "parquet": "read_arrow read_metadata read_parquet write_parquet",
    "reconciling": "Reconciliation reconcile",
    "references": "check_references",
    "settling": "settle",
    "store": "LogStore StoreLoad open_store write_store",
    "workbook": "write_workbook",
}
_HOME = {name: room for room, names in _NAMES.items() for name in names.split()}


def __dir__() -> list[str]:
    return sorted({*__all__, *_ROOMS})


if not TYPE_CHECKING:
    # Hidden from type checkers, which would else believe in every name that is asked for.

    def __getattr__(name: str) -> object:
        """Load a public name when it is first asked for (PEP 562)."""
        from importlib import import_module, metadata  # noqa: PLC0415 # asked for once a name

        if name == "__version__":
            found: object = metadata.version("npolicing")
        elif name in _ROOMS:
            found = import_module(f"npolicing.{name}")
        elif name in _HOME:
            found = getattr(import_module(f"npolicing.{_HOME[name]}"), name)
        else:
            raise AttributeError(f"module 'npolicing' has no attribute {name!r}")
        globals()[name] = found
        return found
