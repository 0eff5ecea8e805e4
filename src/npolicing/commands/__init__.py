"""Commands of the command line that are more than a line of it."""

from npolicing.commands.intake import add_intake

__all__ = ["add_intake"]
