"""Shipped reference data: what differs from force to force, as data and not as code.

A force is one TOML file of units and grades, each row with its source. Another force needs another
file, and nothing else: see `load`.
"""

from npolicing.forces.reading import greater_manchester, known, load, west_midlands
from npolicing.forces.reference import ForceReference

__all__ = ["ForceReference", "greater_manchester", "known", "load", "west_midlands"]
