"""Forms and columns that several entities share."""

from __future__ import annotations

from npolicing._columns import Column
from npolicing._rules import InOrder

CODE = "[A-Z0-9][A-Z0-9&._-]{0,23}"
"""A code: capitals and digits, so that one unit has one spelling."""
IDENTIFIER = "[A-Za-z0-9][A-Za-z0-9&._:/-]{0,63}"
"""An identifier out of another system; opaque."""
AREA_KIND = "[a-z][a-z0-9_]{0,23}"
"""A kind of area, as a column of codes is named."""
GSS = "[EWSNK][0-9]{8}"
"""A Government Statistical Service code of a place."""

FORCE = Column(
    "Code of the police force, such as WMP.", key=True, pattern=CODE, refers="Force.force"
)
NPU_CODE = Column("Code of the neighbourhood policing unit.", pattern=CODE, refers="NPU.code")
VALID_FROM = Column("First day that it is in force; null where no source says.", key=True)
VALID_TO = Column("Last day that it is in force; null while it is, or where no source says.")
SOURCE = Column("Where the row comes from: a document and its place, or a file.")
VALID = InOrder(code="ENDS_BEFORE_START", columns=("valid_from", "valid_to"))
