"""What the catalogue holds, counted by branch of the administration, and said in one sentence."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlmodel import Session, col

from postal_tracker.core.bilingual_terms import Lang, pick, say
from postal_tracker.core.catalogue import ONLINE, VERTICAL, Group, Level
from postal_tracker.reports.pages import Report
from postal_tracker.storage.tables import Authority, Office, Procedure

TOTAL = "total"


@dataclass(slots=True)
class CatalogueRow:
    """The procedures of one branch that are in force."""

    key: str
    """The branch; of the last row: `total`."""
    name: str
    """The branch in words; of the last row, the whole in a sentence."""
    procedures: int = 0
    online: int = 0
    """How many can be lodged online, as a whole or in part."""
    online_commune: int = 0
    """How many of these the commune carries out."""
    by_post: int = 0
    """How many can be sent by post, there or back."""


def catalogue(session: Session, *, today: date, lang: Lang) -> Report:
    """Return a row for each branch, and last the total, named by the sentence."""
    counted = _counted(session, today)
    rows = [_row(group.value, say(group, lang), counted.get(group)) for group in Group]
    total = CatalogueRow(TOTAL, sentence(session, today, lang))
    for row in rows:
        total.procedures += row.procedures
        total.online += row.online
        total.online_commune += row.online_commune
        total.by_post += row.by_post
    return Report(CatalogueRow, [*(row for row in rows if row.procedures), total])


def _row(key: str, name: str, one: Any) -> CatalogueRow:
    return CatalogueRow(key, name, *((one.n, one.online, one.communal, one.by_post) if one else ()))


def _counted(session: Session, today: date) -> dict[str, Any]:
    online = col(Procedure.online).in_([level.value for level in ONLINE])
    communal = and_(online, col(Procedure.level) == Level.COMMUNE.value)
    by_post = or_(col(Procedure.post_out), col(Procedure.post_back))
    query: Any = (
        select(
            col(Authority.group).label("key"),
            func.count().label("n"),
            *(
                func.sum(case((what, 1), else_=0)).label(name)
                for name, what in (("online", online), ("communal", communal), ("by_post", by_post))
            ),
        )
        .join_from(Procedure, Authority, col(Authority.id) == col(Procedure.authority_id))
        .where(
            or_(col(Procedure.valid_from).is_(None), col(Procedure.valid_from) <= today),
            or_(col(Procedure.valid_to).is_(None), col(Procedure.valid_to) >= today),
        )
        .group_by(col(Authority.group))
    )
    return {row.key: row for row in session.connection().execute(query)}


def sentence(session: Session, today: date, lang: Lang) -> str:
    """Say how many procedures there are, of whom, how many online, and how desks are equipped."""
    counted = _counted(session, today)
    n = {group: (counted[group].n if group in counted else 0) for group in Group}
    vertical = sum(n[group] for group in VERTICAL)
    apart = n[Group.INSPECTORATE_RECEPTION]
    own = [row for key, row in counted.items() if key not in (*VERTICAL, _APART)]
    told = {
        "all": sum(n.values()) - apart,
        "own": sum(row.n for row in own),
        "vertical": vertical,
        "tax": n[Group.TAX],
        "insurance": n[Group.SOCIAL_INSURANCE],
        "police": n[Group.POLICE],
        "apart": apart,
        "online": sum(row.online for row in own),
        "communal": sum(row.communal for row in own),
    }
    return pick(_SENTENCE, lang).format(**told) + _desks(session, lang)


_APART = Group.INSPECTORATE_RECEPTION

_SENTENCE = (
    "{all} thủ tục: {own} của địa phương và {vertical} của ngành dọc (thuế {tax}, bảo hiểm xã hội "
    "{insurance}, công an {police}); {apart} thủ tục khác ở tiếp công dân và thanh tra; trực tuyến "
    "{online}/{own} ({communal} của cấp xã).",
    "{all} procedures: {own} local and {vertical} of the branches led from above (tax {tax}, "
    "social insurance {insurance}, police {police}); {apart} more at citizen reception and the "
    "inspectorate; online {online}/{own} ({communal} of the communes).",
)


def _desks(session: Session, lang: Lang) -> str:
    """Say how many of the communes' first desks are modern; who took over counts as they did."""
    offices = session.scalars(select(Office)).all()
    above = {row.parent_code for row in offices}  # a centre is no commune's desk
    first = [row for row in offices if row.successors and row.code not in above]
    if not first:
        return ""
    modern = sum(row.modern for row in first)
    return " " + pick(_DESKS, lang).format(modern=modern, n=len(first))


_DESKS = (
    "Một cửa hiện đại ở {modern}/{n} phường, xã trước khi sắp xếp.",
    "Modern one-stop desks in {modern}/{n} wards and communes before they were merged.",
)
