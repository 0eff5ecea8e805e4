"""Exhibits: tables as values, made by pure functions and drawn by others."""

from npolicing.exhibits.table import Heading, Table, table_from
from npolicing.exhibits.writing import markdown, text

__all__ = ["Heading", "Table", "markdown", "table_from", "text"]
