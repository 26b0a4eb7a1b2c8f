"""Rows that stand for the procedures whose names are not known: as many as the article counts.

Of 321 procedures 233 were local and 88 of the branches led from above; 5 more were at citizen
reception and the inspectorate; 164 of the 233 were online, 31 of these at the communes.
"""

from collections import Counter
from collections.abc import Iterator

from sqlmodel import Session, col, select

from postal_tracker.core.bilingual_terms import GROUPS
from postal_tracker.core.catalogue import VERTICAL, DataStatus, Group, Level, Online
from postal_tracker.storage.tables import Authority, Procedure

_WANTED = {
    Group.COMMUNE: ("UBND-UB", 233),
    Group.TAX: ("THUE-UB", 29),
    Group.SOCIAL_INSURANCE: ("BHXH-UB", 39),
    Group.POLICE: ("CA-UB", 20),
    Group.INSPECTORATE_RECEPTION: ("BTCD-QN", 5),
}
"""Whose they are said to be, and how many there are with those that have a true name."""

NAMED = Procedure.data_status != DataStatus.PLACEHOLDER.value
"""The condition for procedures that are none of these."""

_ONLINE, _ONLINE_AT_COMMUNES = 164, 31


def fill_up(session: Session) -> None:
    """Add what is lacking, each marked as a placeholder; twice changes nothing."""
    there = _there(session)
    authorities = {a.code: a.id for a in session.exec(select(Authority))}
    n = 0
    for group, (whose, wanted) in _WANTED.items():
        for place in range(wanted - there[group]):
            n += 1
            session.add(_row(n, group, authorities[whose], *_online(group, place)))
    session.flush()


def _there(session: Session) -> Counter[Group]:
    """Count the procedures there are; all that is local counts as the commune's."""
    groups = session.exec(
        select(Authority.group).join(Procedure, col(Procedure.authority_id) == col(Authority.id))
    )
    return Counter(_counted_as(Group(group)) for group in groups)


def _counted_as(group: Group) -> Group:
    apart = (*VERTICAL, Group.INSPECTORATE_RECEPTION)
    return group if group in apart else Group.COMMUNE


def _online(group: Group, place: int) -> Iterator[str]:
    """Yield how far the procedure is online, and who carries it out."""
    local = group is Group.COMMUNE
    yield Online.PARTIAL.value if local and place < _ONLINE else Online.NONE.value
    communal = local and place < _ONLINE_AT_COMMUNES
    yield Level.COMMUNE.value if communal else Level.PROVINCE.value


def _row(n: int, group: Group, authority_id: int, online: str, level: str) -> Procedure:
    vi, en = GROUPS[group]
    return Procedure(
        code=f"MAU-{n:03d}",
        name_vi=f"Thủ tục mẫu số {n} ({vi})",
        name_en=f"Sample procedure no. {n} ({en})",
        authority_id=authority_id,
        limit_number=5,
        online=online,
        level=level,
        data_status=DataStatus.PLACEHOLDER.value,
    )
