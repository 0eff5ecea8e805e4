"""What is in the sheets of a workbook, looked up before they are read.

The library that reads workbooks makes room for every cell between the first and the last, so that
one stray cell costs gigabytes; and it gives a cell whose formula failed as an empty one. Both are
seen here, in the file itself.
"""

from npolicing.intake.sheets._look import Look, looked
from npolicing.intake.sheets._seen import PasswordError, Seen

__all__ = ["Look", "PasswordError", "Seen", "looked"]
