"""The log store: each month of a force is one Parquet file, replaced whole or not at all."""

from npolicing.store._identity import keys_of
from npolicing.store._layout import StoreFile
from npolicing.store._loading import How, StoreLoad, load_checked, write_store
from npolicing.store._opened import LogStore, open_store
from npolicing.store._settling import MonthLoad
from npolicing.store._taking import Batch

__all__ = [
    "Batch",
    "How",
    "LogStore",
    "MonthLoad",
    "StoreFile",
    "StoreLoad",
    "keys_of",
    "load_checked",
    "open_store",
    "write_store",
]
