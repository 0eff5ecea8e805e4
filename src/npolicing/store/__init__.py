"""The log store: each month of a force is one Parquet file, replaced whole or not at all."""

from npolicing.store._layout import StoreFile
from npolicing.store._loading import StoreLoad, write_store
from npolicing.store._opened import LogStore, open_store
from npolicing.store._settling import MonthLoad

__all__ = ["LogStore", "MonthLoad", "StoreFile", "StoreLoad", "open_store", "write_store"]
