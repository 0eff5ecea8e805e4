"""Packs for meetings: a unit's month (SIM) and a quarter (QPR), out of logs and small tables."""

from npolicing.packs.assembling import Pack
from npolicing.packs.inputs import PackInputs, read_inputs
from npolicing.packs.long_form import PackFigure
from npolicing.packs.making import qpr_pack, quarter_pack, sim_pack, sim_packs
from npolicing.packs.periods import Period
from npolicing.packs.tables import PackTables
from npolicing.packs.writing import write_pack

__all__ = [
    "Pack",
    "PackFigure",
    "PackInputs",
    "PackTables",
    "Period",
    "qpr_pack",
    "quarter_pack",
    "read_inputs",
    "sim_pack",
    "sim_packs",
    "write_pack",
]
