"""Logs as one Delta table, written from one machine: what a lakehouse reads."""

from npolicing.delta_table._loading import DeltaLoad, write_delta
from npolicing.delta_table._opening import dataset_of, is_delta, missing

__all__ = ["DeltaLoad", "dataset_of", "is_delta", "missing", "write_delta"]
