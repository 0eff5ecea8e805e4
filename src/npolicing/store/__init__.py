"""The log store: each month of a force is one Parquet file, replaced whole or not at all."""

from npolicing.store._identity import keys_of
from npolicing.store._layout import StoreFile, staging, sync, telling
from npolicing.store._loading import How, StoreLoad, load_checked, write_store
from npolicing.store._lock import locked
from npolicing.store._opened import LogStore, open_store
from npolicing.store._settling import MonthLoad
from npolicing.store._state import paths_of, state_of, still_as_read
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
    "locked",
    "open_store",
    "paths_of",
    "staging",
    "state_of",
    "still_as_read",
    "sync",
    "telling",
    "write_store",
]
