"""Sentences that depend on what is seen: which one is said, and what fills its blanks.

Templates say what stands where; a choice between sentences is made here. Each function is a filter
of the same name; `_` is the translation into the page's language, as in templates.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from postal_tracker.carriers.health import CarrierView
from postal_tracker.carriers.inbox import ReadAgain
from postal_tracker.core.journey import Act, Holder, Stage
from postal_tracker.views import Count, DossierPage, DossierView, HandoverView
from postal_tracker.views.citizen import CitizenDossierView, CitizenLocationView
from postal_tracker.views.standing import Clock, Location
from postal_tracker.web.html.forms import FormFault
from postal_tracker.web.html.i18n import translated
from postal_tracker.web.html.letters import letter

Translate = Callable[..., str]

_AT_A_PLACE = (Holder.OFFICE, Holder.POST)
"""Who has a dossier at one of many places: a desk, a post office."""


def held(_: Translate, at: Location) -> str:
    """Say who holds a dossier, where, and since when."""
    if at.place and at.place != at.name and at.holder in _AT_A_PLACE:
        return _(
            "{holder} đang giữ hồ sơ, tại {place}, từ {since}.",
            holder=at.name,
            place=at.place,
            since=at.since,
        )
    return _("{holder} đang giữ hồ sơ, từ {since}.", holder=at.name, since=at.since)


def held_for_citizen(_: Translate, at: CitizenLocationView) -> str:
    holder = at.holder_text
    if at.place and at.holder in _AT_A_PLACE:
        holder = f"{holder} – {at.place}"
    return _("Đang giữ: {holder}, từ {since}.", holder=holder, since=at.since)


def in_law(_: Translate, dossier: DossierView) -> list[str]:
    """Say what the citizen is asked for, and how it ended without a result."""
    asked = {
        "supplement": _("Đang chờ người nộp bổ sung hồ sơ."),
        "payment": _("Đang chờ người nộp phí, lệ phí, thuế."),
    }
    ended = {
        Act.CANCELLED: _("Người nộp đã rút hồ sơ."),
        Act.REFUSED: _("Hồ sơ đã bị từ chối."),
        Act.STOPPED: _("Cơ quan giải quyết đã dừng giải quyết."),
    }
    lines = [asked[word] for word in dossier.waiting_for]
    if dossier.clock is Clock.STOPPED and not lines:
        lines.append(_("Thời hạn tạm dừng trong thời gian bưu chính giữ hồ sơ."))
    elif dossier.clock is Clock.STOPPED:
        lines.append(_("Thời hạn đang tạm dừng."))
    elif dossier.waiting_for:
        lines.append(_("Thời hạn đã hết trước khi yêu cầu nên không tạm dừng."))
    return lines + ([ended[dossier.closed_by]] if dossier.closed_by else [])


def due(_: Translate, dossier: DossierView) -> str:
    """Say when a result is due, and whether that was kept."""
    on = dossier.due_at
    if dossier.first_due_at != on and not _is_extended(dossier):
        first = _("Hẹn ban đầu {due}, dời theo thời gian tạm dừng.", due=dossier.first_due_at)
        return f"{first} {_due(_, dossier, on)}"
    if dossier.first_due_at != on:
        first = _("Hẹn ban đầu {due}, đã xin lỗi và hẹn lại.", due=dossier.first_due_at)
        return f"{first} {_due(_, dossier, on)}"
    return _due(_, dossier, on)


def _is_extended(dossier: DossierView) -> bool:
    return any(e.what is Act.EXTENDED and not e.struck_out for e in dossier.timeline)


def _due(_: Translate, dossier: DossierView, on: datetime) -> str:
    if dossier.result_ready_at:
        at = dossier.result_ready_at
        return _("Đã có kết quả lúc {at}; hẹn trả {due}.", at=at, due=on)
    if dossier.overdue:
        return _("Hẹn trả {due}: đã quá hạn.", due=on)
    if dossier.due_estimated:
        return _("Hẹn trả {due} (dự kiến: lịch nghỉ lễ năm đó chưa được công bố).", due=on)
    return _("Hẹn trả {due}.", due=on)


def expected(_: Translate, dossier: DossierView | CitizenDossierView) -> list[str]:
    """Say in which days it arrives where it is on its way to, and how sure that is."""
    at = dossier.expected
    if at is None or dossier.stage not in _ON_THE_WAY:
        return []
    if at.first == at.last:
        when = _("ngày {first}", first=at.first)
    else:
        when = _("từ ngày {first} đến ngày {last}", first=at.first, last=at.last)
    to = {
        Stage.TO_AUTHORITY: _("Dự kiến đến cơ quan giải quyết {when}.", when=when),
        Stage.TO_CENTRE: _("Dự kiến về đến điểm tiếp nhận {when}.", when=when),
        Stage.TO_CITIZEN: _("Dự kiến phát {when}.", when=when),
    }
    sure = _("Cứ 10 bưu gửi cùng loại thì khoảng 8 bưu gửi đến trong khoảng này.")
    return [to[dossier.stage], sure]


_ON_THE_WAY = (Stage.TO_AUTHORITY, Stage.TO_CENTRE, Stage.TO_CITIZEN)


def signed(_: Translate, handover: HandoverView) -> str:
    """Say who signed for a list, or for whom it waits."""
    count, who, at = handover.passing, handover.counted_by, handover.counted_at
    if handover.signed_at is None and handover.way == "back":
        return _("{who} mang đến {count} bưu gửi, chờ quầy kiểm và ký nhận.", who=who, count=count)
    if handover.signed_at is None and at:
        return _(
            "{who} đã kiểm lúc {at} và nhận {count} bưu gửi, chờ quầy xác nhận.",
            who=who,
            at=at,
            count=count,
        )
    if not handover.signed_at:
        return _("{count} bưu gửi chờ bưu tá ký nhận.", count=count)
    return _(
        "{name} đã ký nhận {count} bưu gửi lúc {at}.",
        name=handover.signed_by,
        count=count,
        at=handover.signed_at,
    )


_OFTEN_FAILS = 0.2
"""The share of failed polls from which staff are warned."""


def carrier_health(_: Translate, one: CarrierView) -> tuple[str, str]:
    """Return how a carrier answers: the kind of its tag (empty: none), and the words."""
    if one.rests_until:
        return "bad", _("tạm dừng đến {at}", at=one.rests_until)
    if one.error_rate >= _OFTEN_FAILS:
        return "warn", _("thường xuyên lỗi")
    if one.asked and one.last_answered_at:
        return "good", _("hoạt động tốt")
    if one.asked:
        return "", _("chưa tra cứu lần nào")
    return "", _("chỉ nhận tin") if one.hook else _("nhập thủ công")


def read_again(_: Translate, read: ReadAgain) -> str:
    """Say what became of messages that were read once more."""
    return _(
        "Đã xử lý lại {count} tin: {read} đã khớp, {unread} chưa đọc được, "
        "{unclaimed} chưa có bưu gửi, {conflicting} mâu thuẫn.",
        count=read.read + read.unread + read.unclaimed + read.conflicting,
        read=read.read,
        unread=read.unread,
        unclaimed=read.unclaimed,
        conflicting=read.conflicting,
    )


_TELL_BY_THEMSELVES = ("code", "phone_last4", "milestone", "reason", "note")
"""Fields of which every fault's sentence says what it is about."""


def fault(_: Translate, fault: FormFault, name: str) -> str:
    """Say what is wrong, after the line or the `name` of the field unless the sentence has it."""
    if fault.line:
        line = _("Dòng {line}", line=fault.line)
        return f"{line}: {fault.text}"
    if fault.field in _TELL_BY_THEMSELVES or name.casefold() in fault.text.casefold():
        return fault.text
    return f"{name}: {fault.text}"


def _filter(sentence: Callable[..., Any]) -> Callable[..., Any]:
    @pass_context
    def said(context: Context, *about: Any) -> Any:
        return sentence(partial(translated, lang=context["lang"]), *about)

    return said


def how_many_dossiers(_: Translate, page: DossierPage) -> str:
    """Say how many fit; who counted to a thousand says that there are more."""
    if page.is_more:
        return _("Hơn {count} hồ sơ", count=page.count)
    return _("{count} hồ sơ", count=page.count)


def how_many_parcels(_: Translate, count: Count) -> str:
    if count.more:
        return _("Hơn {count} bưu gửi", count=count.n)
    return _("{count} bưu gửi", count=count.n)


def how_many_rows(_: Translate, count: Count) -> str:
    if count.more:
        return _("Hơn {count} dòng", count=count.n)
    return _("{count} dòng", count=count.n)


FILTERS = {
    each.__name__: _filter(each)
    for each in (
        held,
        held_for_citizen,
        in_law,
        due,
        expected,
        signed,
        carrier_health,
        read_again,
        fault,
        how_many_dossiers,
        how_many_parcels,
        how_many_rows,
        letter,
    )
}
