"""The 2019 board paper: its figures as typed records, rebuilt, and held against what it printed."""

from npolicing.paper.board import Paper, read_paper, wmp_2019
from npolicing.paper.documenting import document
from npolicing.paper.figures import LogSource, log_source
from npolicing.paper.pack import write_pack
from npolicing.paper.reporting import Report, report

__all__ = [
    "LogSource",
    "Paper",
    "Report",
    "document",
    "log_source",
    "read_paper",
    "report",
    "wmp_2019",
    "write_pack",
]
