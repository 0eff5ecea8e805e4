"""Commands of the command line that are more than a line of it."""

from npolicing.commands.intake import add_intake
from npolicing.commands.packs import add_pack
from npolicing.commands.profiles import add_profile
from npolicing.commands.star_tables import add_star

__all__ = ["add_intake", "add_pack", "add_profile", "add_star"]
