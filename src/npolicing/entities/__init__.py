"""The entities: one file a noun. They refer to one another by key."""

from npolicing.entities.action import Action
from npolicing.entities.area import NPU, AreaLink, Force, ImpactArea, Staff, Team, Ward
from npolicing.entities.crime import Crime, CrimeCount
from npolicing.entities.evaluation import ArmCount
from npolicing.entities.fund import ACFBid, BudgetPosition
from npolicing.entities.grading import Grade, GradeOwner, GradingScheme
from npolicing.entities.log import Attendance, Log
from npolicing.entities.measure_role import MeasureRole
from npolicing.entities.observation import Milestone, Observation, Target
from npolicing.entities.place import HarmWeight, Place
from npolicing.entities.plan import DemandTier
from npolicing.entities.problem import Problem, ProblemStage
from npolicing.entities.published import ComputedFigure, Finding, PublishedFigure
from npolicing.entities.scheme import Scheme
from npolicing.entities.search import StopAndSearch
from npolicing.entities.threshold import Threshold

__all__ = [
    "ENTITIES",
    "NPU",
    "ACFBid",
    "Action",
    "AreaLink",
    "ArmCount",
    "Attendance",
    "BudgetPosition",
    "ComputedFigure",
    "Crime",
    "CrimeCount",
    "DemandTier",
    "Finding",
    "Force",
    "Grade",
    "GradeOwner",
    "GradingScheme",
    "HarmWeight",
    "ImpactArea",
    "Log",
    "MeasureRole",
    "Milestone",
    "Observation",
    "Place",
    "Problem",
    "ProblemStage",
    "PublishedFigure",
    "Scheme",
    "Staff",
    "StopAndSearch",
    "Target",
    "Team",
    "Threshold",
    "Ward",
]

ENTITIES = (
    Force,
    NPU,
    Team,
    Ward,
    AreaLink,
    ImpactArea,
    Place,
    Staff,
    GradingScheme,
    Grade,
    GradeOwner,
    Log,
    Attendance,
    Crime,
    CrimeCount,
    HarmWeight,
    StopAndSearch,
    Scheme,
    Observation,
    Target,
    Milestone,
    Threshold,
    DemandTier,
    ACFBid,
    BudgetPosition,
    Problem,
    ProblemStage,
    ArmCount,
    Action,
    MeasureRole,
    PublishedFigure,
    ComputedFigure,
    Finding,
)
"""Every entity that npolicing ships, in the order of the data dictionary."""
