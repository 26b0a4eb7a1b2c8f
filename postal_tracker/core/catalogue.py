"""What the catalogue says of an authority and a procedure, in words of ours: pure."""

from enum import StrEnum

from postal_tracker.core.codes import national_procedure_code


class Group(StrEnum):
    """To which branch of the administration an authority belongs."""

    COMMUNE = "commune"
    """The People's Committee of the commune, or of the city that was."""
    DEPARTMENT = "department"
    TAX = "tax"
    SOCIAL_INSURANCE = "social_insurance"
    POLICE = "police"
    INSPECTORATE_RECEPTION = "inspectorate_reception"
    """The inspectorate, and the board that receives citizens: counted apart."""
    OTHER = "other"


VERTICAL = (Group.TAX, Group.SOCIAL_INSURANCE, Group.POLICE)
"""Branches led from above, not by the People's Committee (ngành dọc)."""


class Level(StrEnum):
    """Who carries a procedure out (cấp thực hiện)."""

    UNKNOWN = ""
    MINISTRY = "ministry"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


class Online(StrEnum):
    """How much of a procedure can be done online (dịch vụ công trực tuyến)."""

    NONE = "none"
    INFORMATION = "information"
    PARTIAL = "partial"
    FULL = "full"


ONLINE = (Online.PARTIAL, Online.FULL)
"""What counts as an online service: a dossier can be lodged."""


class ApplicantKind(StrEnum):
    """Who hands a dossier in."""

    CITIZEN = "citizen"
    ENTERPRISE = "enterprise"
    STATE = "state"
    OTHER = "other"


class DataStatus(StrEnum):
    """How far a row of the catalogue may be relied upon."""

    OWN = ""
    SAMPLE = "sample"
    """A true name with an invented code and limit."""
    PLACEHOLDER = "placeholder"
    """Not even the name is true: it stands for one of so many."""


def national_code_of(code: str, national_code: str) -> str:
    """Return a procedure's code in the national database; empty if it is not known."""
    whole = national_procedure_code(code) if len(code) == LENGTH else None
    return national_code or whole or ""


LENGTH = len("1.005129")
