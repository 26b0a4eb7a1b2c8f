"""The sample catalogue: offices, authorities and procedures to rehearse with."""

from pathlib import Path

from sqlmodel import Session

from postal_tracker.desks.imports import ImportReport, Kind, check_catalogue, update_catalogue

SAMPLE = Path(__file__).with_name("sample")


def load_sample_catalogue(session: Session) -> list[ImportReport]:
    """Bring in the sample offices, authorities and procedures; twice changes nothing.

    Names are real, codes and time limits are not official: see the files.
    """
    kinds = (Kind.OFFICES, Kind.AUTHORITIES, Kind.PROCEDURES)
    files = [(kind, SAMPLE / f"{kind}.csv") for kind in kinds]
    return [update_catalogue(session, check_catalogue(k, f, f.name)) for k, f in files]
