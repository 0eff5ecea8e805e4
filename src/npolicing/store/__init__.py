"""The log store: each month of a force is one Parquet file, replaced whole or not at all."""

from npolicing.store._footer import check_stamp
from npolicing.store._identity import keys_of
from npolicing.store._layout import (
    DELTA_LOG,
    StoreFile,
    has_months,
    reason_of,
    staging,
    sync,
    telling,
)
from npolicing.store._load import Load, checked_how
from npolicing.store._loading import How, StoreLoad, load_checked, write_store
from npolicing.store._lock import locked
from npolicing.store._opened import LogStore, missing, open_store
from npolicing.store._settling import MonthLoad
from npolicing.store._state import paths_of, state_of, still_as_read
from npolicing.store._taking import Batch

__all__ = [
    "DELTA_LOG",
    "Batch",
    "How",
    "Load",
    "LogStore",
    "MonthLoad",
    "StoreFile",
    "StoreLoad",
    "check_stamp",
    "checked_how",
    "has_months",
    "keys_of",
    "load_checked",
    "locked",
    "missing",
    "open_store",
    "paths_of",
    "reason_of",
    "staging",
    "state_of",
    "still_as_read",
    "sync",
    "telling",
    "write_store",
]
