"""Exhibits: figures, tables and documents as values, made by pure functions and drawn by others."""

from npolicing.exhibits.attending import attendance_chart
from npolicing.exhibits.chart import Chart
from npolicing.exhibits.concentrations import lorenz_chart
from npolicing.exhibits.controlling import control_figure
from npolicing.exhibits.demanding import demand_chart
from npolicing.exhibits.document import Document, Exhibit, Section
from npolicing.exhibits.evaluations import evaluation_chart, evaluation_section
from npolicing.exhibits.forecasts import forecast_chart
from npolicing.exhibits.funnels import funnel_chart
from npolicing.exhibits.growing import growth_chart
from npolicing.exhibits.hours import hour_chart
from npolicing.exhibits.marks import (
    Axis,
    Band,
    Bars,
    Cells,
    Guide,
    Label,
    Line,
    Mark,
    Panel,
    Points,
    Spans,
)
from npolicing.exhibits.markup import html_table
from npolicing.exhibits.proportions import disproportion_chart
from npolicing.exhibits.proposal_words import proposal_section
from npolicing.exhibits.proposals import proposal_chart
from npolicing.exhibits.seasons import seasonal_chart
from npolicing.exhibits.spending import spend_chart
from npolicing.exhibits.table import Heading, Table, table_from
from npolicing.exhibits.targets import target_chart
from npolicing.exhibits.trajectories import trajectory_chart
from npolicing.exhibits.trends import trend_chart
from npolicing.exhibits.writing import markdown, text
from npolicing.exhibits.young import young_people_chart

__all__ = [
    "Axis",
    "Band",
    "Bars",
    "Cells",
    "Chart",
    "Document",
    "Exhibit",
    "Guide",
    "Heading",
    "Label",
    "Line",
    "Mark",
    "Panel",
    "Points",
    "Section",
    "Spans",
    "Table",
    "attendance_chart",
    "control_figure",
    "demand_chart",
    "disproportion_chart",
    "evaluation_chart",
    "evaluation_section",
    "forecast_chart",
    "funnel_chart",
    "growth_chart",
    "hour_chart",
    "html_table",
    "lorenz_chart",
    "markdown",
    "proposal_chart",
    "proposal_section",
    "seasonal_chart",
    "spend_chart",
    "table_from",
    "target_chart",
    "text",
    "trajectory_chart",
    "trend_chart",
    "young_people_chart",
]
