"""Sentences of pages that depend on what is seen, each case in a table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from postal_tracker import views
from postal_tracker.access import EVERYTHING
from postal_tracker.carriers.health import health
from postal_tracker.core.journey import Act
from postal_tracker.views.standing import Location, place_name
from postal_tracker.web.html import sentences
from postal_tracker.web.html.forms import FormFault
from postal_tracker.web.html.i18n import translated

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)


def say(text, **values):
    return translated(text, "vi", **values)


@pytest.mark.parametrize(
    ("holder", "name", "place", "said"),
    [
        ("office", "Trung tâm", "", "Trung tâm đang giữ hồ sơ, từ 23/11/2026 08:00."),
        ("office", "Trung tâm", "Trung tâm", "Trung tâm đang giữ hồ sơ, từ 23/11/2026 08:00."),
        ("post", "VNPost", "Uông Bí", "VNPost đang giữ hồ sơ, tại Uông Bí, từ 23/11/2026 08:00."),
        ("authority", "PC08", "Hạ Long", "PC08 đang giữ hồ sơ, từ 23/11/2026 08:00."),
        ("citizen", "Người dân", "12 Trần Phú", "Người dân đang giữ hồ sơ, từ 23/11/2026 08:00."),
    ],
)
def test_who_holds_a_dossier_is_said_with_a_place_only_where_that_tells_more(
    holder, name, place, said
):
    assert sentences.held(say, Location(holder, name, place, AT)) == said


@pytest.mark.parametrize(
    ("ready", "overdue", "said"),
    [
        (AT, False, "Đã có kết quả lúc 23/11/2026 08:00; hẹn trả 30/11/2026 17:00."),
        (None, True, "Hẹn trả 30/11/2026 17:00: đã quá hạn."),
        (None, False, "Hẹn trả 30/11/2026 17:00."),
    ],
)
def test_a_promise_is_said_with_what_became_of_it(centre, ready, overdue, said):
    code, today = centre.a_dossier(), centre.house.today()
    seen = centre.database.read_now(
        lambda s: views.dossier(s, code, scope=EVERYTHING, today=today, titles={}, lang="vi")
    )
    dossier = replace(seen, result_ready_at=ready, overdue=overdue, due_at=DUE, first_due_at=DUE)

    assert sentences.due(say, dossier) == said


def test_a_later_promise_is_said_with_the_first_one(centre):
    code, today = centre.a_dossier(), centre.house.today()
    seen = centre.database.read_now(
        lambda s: views.dossier(s, code, scope=EVERYTHING, today=today, titles={}, lang="vi")
    )
    moved = replace(seen, first_due_at=DUE, due_at=DUE + timedelta(days=7))
    extended = replace(moved, timeline=[replace(seen.timeline[0], what=Act.EXTENDED)])

    assert sentences.due(say, extended) == (
        "Hẹn ban đầu 30/11/2026 17:00, đã xin lỗi và hẹn lại. Hẹn trả 07/12/2026 17:00."
    )
    assert sentences.due(say, moved) == (
        "Hẹn ban đầu 30/11/2026 17:00, dời theo thời gian tạm dừng. Hẹn trả 07/12/2026 17:00."
    )


@pytest.mark.parametrize(
    ("told", "tag"),
    [
        ({"rests_until": AT}, "bad"),
        ({"error_rate": 0.2, "last_answered_at": AT}, "warn"),
        ({"last_answered_at": AT}, "good"),
        ({}, ""),
        ({"asked": False}, ""),
        ({"asked": False, "hook": False}, ""),
    ],
)
def test_a_carrier_that_rests_or_fails_is_marked_and_so_is_one_that_answers(centre, told, tag):
    carriers, now = centre.house.carriers, centre.clock()
    seen = centre.database.read_now(lambda s: health(s, carriers, now=now))
    rehearsal = next(one for one in seen if one.name == "rehearsal")

    assert sentences.carrier_health(say, replace(rehearsal, **told))[0] == tag


@pytest.mark.parametrize(
    ("field", "line", "text", "said"),
    [
        ("applicant.name", 0, "Không được để trống.", "Họ và tên: Không được để trống."),
        ("applicant.name", 0, "Họ và tên quá dài.", "Họ và tên quá dài."),
        ("code", 0, "Vui lòng nhập mã.", "Vui lòng nhập mã."),
        ("dossiers", 3, "Không tìm thấy.", "Dòng 3: Không tìm thấy."),
    ],
)
def test_a_fault_says_where_it_is_unless_its_sentence_does(field, line, text, said):
    assert sentences.fault(say, FormFault(field, text, line), "Họ và tên") == said


@pytest.mark.parametrize(
    ("place", "lang", "said"),
    [
        ("Trung tâm", "vi", "Trung tâm"),
        ("Trung tâm", "en", "The centre"),
        ("Bưu cục Uông Bí", "en", "Bưu cục Uông Bí"),
        ("", "en", ""),
    ],
)
def test_an_office_is_not_said_once_in_each_language(place, lang, said):
    """A place is recorded in Vietnamese; beside the holder's English name it would be another."""
    assert place_name(place, ("Trung tâm", "The centre"), lang) == said
