"""Tables as a workbook that is published: the Government Analysis Function's good practice.

One marked-up table a sheet, with a cover, contents and notes, and nothing that a screen reader
stumbles over. `write_workbook` is for analysts, this one is for readers.
"""

from npolicing.accessible_workbook.writing import write_accessible_workbook

__all__ = ["write_accessible_workbook"]
