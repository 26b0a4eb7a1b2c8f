"""A dossier's round trip as a picture: its stations in order, and at which it is."""

from dataclasses import dataclass
from enum import StrEnum

from postal_tracker.core.journey import Direction, Stage
from postal_tracker.views import DossierView


class Station(StrEnum):
    OFFICE = "office"
    POST_OUT = "post_out"
    AUTHORITY = "authority"
    POST_BACK = "post_back"
    OFFICE_AGAIN = "office_again"
    POST_HOME = "post_home"
    CITIZEN = "citizen"


@dataclass(frozen=True, slots=True)
class Stop:
    """One station; `mark` is passed, present or ahead."""

    station: Station
    mark: str


_STATION = {
    Stage.WITH_OFFICE: Station.OFFICE,
    Stage.SEALED: Station.OFFICE,
    Stage.TO_OFFICE: Station.OFFICE,
    Stage.TO_AUTHORITY: Station.POST_OUT,
    Stage.AT_AUTHORITY: Station.AUTHORITY,
    Stage.TO_CENTRE: Station.POST_BACK,
    Stage.AT_CENTRE: Station.OFFICE_AGAIN,
    Stage.TO_CITIZEN: Station.POST_HOME,
    Stage.DELIVERED: Station.CITIZEN,
    Stage.COLLECTED: Station.CITIZEN,
}
"""Returned, lost and withdrawn dossiers have left the round: they have no station."""


def route_of(dossier: DossierView) -> list[Stop]:
    """Return the stations of this dossier's trip; empty if it has left the usual round."""
    at = _STATION.get(Stage(dossier.stage))
    if at is None:
        return []
    stations = [s for s in Station if s not in _left_out(dossier)]
    if at not in stations:
        stations = list(Station)
    place = stations.index(at)
    marks = ("passed", "present", "ahead")
    return [
        Stop(station, marks[(n > place) - (n < place) + 1]) for n, station in enumerate(stations)
    ]


def _left_out(dossier: DossierView) -> set[Station]:
    """A result comes back to be collected, or goes from the authority straight to the citizen."""
    ways = {parcel.direction for parcel in dossier.parcels}
    by_post = dossier.return_by_post or Direction.TO_CITIZEN in ways
    straight = by_post and Direction.TO_CENTRE not in ways and dossier.stage != Stage.AT_CENTRE
    if straight:
        return {Station.POST_BACK, Station.OFFICE_AGAIN}
    return set() if by_post else {Station.POST_HOME}
