"""The same questions where the logs are on Spark: Spark's own joins and group-by, our own checks.

Each function has a twin of the same name at the top, for frames in memory, and means the same. It
takes frames of Spark, classic or of Spark Connect, and npolicing must be where its workers are.
Nothing of a frame comes to the driver but what a function says. `tally`, and every measure on
logs, take a frame of Spark as they are.
"""

from __future__ import annotations

from npolicing.spark.checking import check
from npolicing.spark.schemas import schema
from npolicing.spark.checking import check
from npolicing.spark.schemas import schema
from npolicing.spark.settling import settle
from npolicing.spark.splitting import Split, split
from npolicing.spark.stores import read_store, write_store

__all__ = ["Split", "check", "read_store", "schema", "settle", "split", "write_store"]
