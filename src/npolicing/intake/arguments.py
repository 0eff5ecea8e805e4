"""What a caller hands over, refused in words before a file is opened."""

from __future__ import annotations

import os
import re
from datetime import datetime

from npolicing._files import FilePath
from npolicing._records import Record
from npolicing.entities._forms import CODE
from npolicing.errors import UnknownCodeError
from npolicing.forces import ForceReference, known, load
from npolicing.intake.profile import Profile
from npolicing.intake.profile_files import read_profile

__all__ = ["AnyForce", "check_entity", "check_instant", "force_of", "profile_of"]

AnyForce = FilePath | ForceReference
"""A force: a code, the path of its TOML file, or what `forces.load` gives."""


def check_entity(entity: object) -> None:
    """Refuse what is handed over as an entity and is none, such as a name.

    Raises:
        TypeError: If it is none.
    """
    if not (isinstance(entity, type) and issubclass(entity, Record)):
        raise TypeError(f"entity is a class, such as npolicing.Log; this is {entity!r}")


def check_instant(as_of: object) -> None:
    """Refuse a day, or a time without a zone, as the time of an export.

    Raises:
        TypeError: If it is no time.
        ValueError: If it has no zone.
    """
    if as_of is None:
        return
    words = "as_of is an instant, such as datetime(2025, 1, 31, 9, 0, tzinfo=UTC)"
    if not isinstance(as_of, datetime):
        raise TypeError(f"{words}; this is {as_of!r}")
    if as_of.tzinfo is None:
        raise ValueError(f"{words}; this has no zone")


def profile_of(profile: Profile | FilePath) -> Profile:
    """A profile: itself, a shipped one by its name, or one out of a file.

    Raises:
        TypeError: If it is none of these.
        UnknownCodeError, InputFileError: As `read_profile`.
    """
    if isinstance(profile, Profile):
        return profile
    _check_path("profile", profile, "a name such as log-export, a path, or what read_profile gives")
    return read_profile(profile)


def force_of(force: AnyForce | None, profile: Profile) -> tuple[str | None, ForceReference | None]:
    """The code of a force, and its data where there are any; of the profile's without one.

    Raises:
        TypeError: If it is none.
        UnknownCodeError, InputFileError: As `forces.load`.
    """
    if isinstance(force, ForceReference):
        return force.force.force, force
    said = profile.head.force if force is None else force
    if said is None:
        return None, None
    _check_path("force", said, "a code such as WMP, a path, or what forces.load gives")
    # Of another force the code is all that is known.
    is_code = isinstance(said, str) and not said.casefold().endswith(".toml")
    if is_code and str(said).upper() not in known():
        if re.fullmatch(CODE, str(said)) is None:
            raise UnknownCodeError("force", str(said), known())
        return str(said), None
    reference = load(said)
    return reference.force.force, reference


def _check_path(name: str, value: object, wanted: str) -> None:
    if not isinstance(value, str | os.PathLike):
        raise TypeError(f"{name} is {wanted}; this is {value!r:.80}")
