"""Typed, checked data and honest figures for UK neighbourhood policing.

Every public name is here, and is loaded when it is first asked for: `import npolicing` by itself
loads no data-frame library.

>>> import npolicing as npol
>>> npol.NPU(force="WMP", code="CV", name="Coventry")
NPU(force='WMP', code='CV', name='Coventry', kind='npu', aliases=(), successors=())
"""

from __future__ import annotations

# `__init__.pyi` says the same to type checkers, which cannot follow `__getattr__`, and read it in
# place of this file; tests/test_api.py holds that the two agree.
_ROOMS = """
calendar charts disclosure errors exhibits forces intake packs pages paper spark star_schema stats
synthetic testing vocabulary
""".split()  # noqa: SIM905 # two lines in place of fourteen
_NAMES = {
    "_columns": "Column",
    "_metadata": "FileMetadata",
    "_records": "Record Records",
    "_rules": "InOrder NeededWhen Rule",
    "_tally": "tally",
    "accessible_workbook": "write_accessible_workbook",
    "arrow": "arrow_schema",
    "crosswalks": "AreaJoin Crosswalk Retally check_areas join_areas retally",
    "delimited": "read_csv write_csv",
    "delta_table": "DeltaLoad write_delta",
    "dictionary": "json_schema",
    "disclosure": "DisclosureRule suppress",
    "entities": "ACFBid Action AreaLink ArmCount Attendance BudgetPosition ComputedFigure Crime"
    " CrimeCount DemandTier ENTITIES Finding Force Grade GradeOwner GradingScheme"
    " HarmWeight ImpactArea Log MeasureRole Milestone NPU Observation Place Problem"
    " ProblemStage PublishedFigure Scheme Staff StopAndSearch Target Team Threshold"
    " Ward",
    "errors": "ColumnTypeError DeclarationError DisclosureError Failure Failures FitError"
    " InputFileError MissingColumnsError MissingTargetError MixedRowsError NpolicingError"
    " NpolicingWarning SchemaVersionError StoreError TooManyRejectsError UnknownCodeError"
    " UnknownColumnsError ValidationError WorkbookError WorkerError",
    "evaluating": "Evaluation arm_counts evaluate",
    "frames": "check failures_frame split stream_records to_arrow to_pandas to_records validate",
    "intake": "Intake Load Profile draft_profile load read read_profile",
    "measures": "accountability anticipated_demand attendance_ratio attendance_share backlog"
    " control_chart coverage demand disproportion emerging_trends fund_evaluation"
    " growth harm hourly_demand needed_tier place_concentration problem_progress"
    " propose_impact_areas resolution_without_deployment response_time seasonal_delta"
    " seasonal_profile spend_rate status target_gap trajectory year_on_year",
    "parquet": "read_arrow read_metadata read_parquet write_parquet",
    "problem_solving": "advance_problem check_problems close_problem",
    "reconciling": "Reconciliation reconcile",
    "references": "check_references",
    "settling": "settle",
    "star_schema": "StarRefresh star",
    "store": "LogStore StoreLoad open_store write_store",
    "workbook": "write_workbook",
}
_HOME = {name: room for room, names in _NAMES.items() for name in names.split()}
__all__ = [*_HOME, "__version__"]  # noqa: PLE0604 # each is a string


def __dir__() -> list[str]:
    return sorted({*__all__, *_ROOMS})


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
