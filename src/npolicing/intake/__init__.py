"""A force's export to trusted rows: strictly, with every refusal explained and no row lost."""

from npolicing.intake.loading import Load, load_logs
from npolicing.intake.outcome import FileAccount, Intake, Noted
from npolicing.intake.profile import Profile
from npolicing.intake.profile_files import entity_named, known_profiles, read_profile
from npolicing.intake.raw import Refused
from npolicing.intake.reading import OnError, read

__all__ = [
    "FileAccount",
    "Intake",
    "Load",
    "Noted",
    "OnError",
    "Profile",
    "Refused",
    "entity_named",
    "known_profiles",
    "load_logs",
    "read",
    "read_profile",
]
