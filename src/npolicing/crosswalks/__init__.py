"""Areas over time: what became of old areas, counts brought to new ones, and joins that report."""

from npolicing.crosswalks._crosswalk import Crosswalk
from npolicing.crosswalks._current import check_areas
from npolicing.crosswalks._joining import AreaJoin, join_areas
from npolicing.crosswalks._retallying import Retally, retally

__all__ = ["AreaJoin", "Crosswalk", "Retally", "check_areas", "join_areas", "retally"]
