"""Exhibits: figures, tables and documents as values, made by pure functions and drawn by others."""

from npolicing.exhibits.chart import Chart
from npolicing.exhibits.document import Document, Exhibit, Section
from npolicing.exhibits.markup import html_table
from npolicing.exhibits.table import Heading, Table, table_from
from npolicing.exhibits.writing import markdown, text

__all__ = [
    "Chart",
    "Document",
    "Exhibit",
    "Heading",
    "Section",
    "Table",
    "html_table",
    "markdown",
    "table_from",
    "text",
]
