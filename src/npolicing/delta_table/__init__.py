"""Logs as one Delta table, written from one machine: what a lakehouse reads."""

from npolicing.delta_table._loading import DeltaLoad, write_delta
from npolicing.delta_table._lying import is_delta, lying_at
from npolicing.delta_table._reading import Lying, lying_rows

__all__ = ["DeltaLoad", "Lying", "is_delta", "lying_at", "lying_rows", "write_delta"]
