"""A force's export to trusted rows: strictly, with every refusal explained and no row lost."""

from npolicing.intake.drafting import draft_profile
from npolicing.intake.loading import Load, files_of, load
from npolicing.intake.outcome import FileAccount, Intake, Noted
from npolicing.intake.pieces import OnError
from npolicing.intake.profile import Profile
from npolicing.intake.profile_checks import entity_named
from npolicing.intake.profile_files import known_profiles, profile_text, read_profile
from npolicing.intake.raw import Refused
from npolicing.intake.reading import read

__all__ = [
    "FileAccount",
    "Intake",
    "Load",
    "Noted",
    "OnError",
    "Profile",
    "Refused",
    "draft_profile",
    "entity_named",
    "files_of",
    "known_profiles",
    "load",
    "profile_text",
    "read",
    "read_profile",
]
