# What type checkers and editors are told of the root; at run time a name is loaded when it is first
# asked for. tests/test_api.py holds that the two agree.

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
from npolicing import star_schema as star_schema
from npolicing import stats as stats
from npolicing import synthetic as synthetic
from npolicing import testing as testing
from npolicing import vocabulary as vocabulary
from npolicing._columns import Column
from npolicing._metadata import FileMetadata
from npolicing._records import Record, Records
from npolicing._rules import InOrder, NeededWhen, Rule
from npolicing._tally import tally
from npolicing.accessible_workbook import write_accessible_workbook
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
    ArmCount,
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
    HarmWeight,
    ImpactArea,
    Log,
    Milestone,
    Observation,
    Place,
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
from npolicing.evaluating import Evaluation, arm_counts, evaluate
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
from npolicing.star_schema import StarRefresh, star
from npolicing.store import LogStore, StoreLoad, open_store, write_store
from npolicing.workbook import write_workbook

__all__ = [
    "ENTITIES",
    "NPU",
    "ACFBid",
    "Action",
    "AreaJoin",
    "AreaLink",
    "ArmCount",
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
    "Evaluation",
    "Failure",
    "Failures",
    "FileMetadata",
    "Finding",
    "FitError",
    "Force",
    "Grade",
    "GradeOwner",
    "GradingScheme",
    "HarmWeight",
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
    "Place",
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
    "StarRefresh",
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
    "arm_counts",
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
    "evaluate",
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
    "star",
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
    "write_accessible_workbook",
    "write_csv",
    "write_parquet",
    "write_store",
    "write_workbook",
    "year_on_year",
]

__version__: str
_HOME: dict[str, str]
