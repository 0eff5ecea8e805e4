"""Hypothesis strategies for records, tables and whole forces, for your tests and for ours.

They are derived from the declared columns, so that a record of your own is drawn as ours are.
"""

from __future__ import annotations

try:
    import hypothesis as _  # noqa: F401 # asked for here, so that its absence has one message
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        'npolicing.testing needs hypothesis: pip install "npolicing[testing]"', name=error.name
    ) from error

from npolicing.testing._hostile import hostile_cells
from npolicing.testing._linked import ForceTables, force_tables
from npolicing.testing._rows import records, tables

__all__ = ["ForceTables", "force_tables", "hostile_cells", "records", "tables"]
