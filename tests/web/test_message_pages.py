"""Lan looks after what carriers sent that found no home."""

import html
import json
from datetime import timedelta

from tests.carriers.messages import a_body, messages

EARLY = "EE123456785VN"


def hook(centre, number, *scans, **scan):
    body = json.loads(a_body(number, *scans, at=centre.clock()))
    body["scans"][0] |= scan
    centre.hook(json.dumps(body).encode())


def conflicting(centre):
    """Let the carrier tell one scan in two ways."""
    number = centre.a_parcel()
    hook(centre, number, ("1", "NHAN_GUI"))
    hook(centre, number, ("1", "PHAT_TC"), ("2", "ROI_BC"))
    return number


def test_each_kind_has_its_tab_with_a_count_and_says_what_to_do(lan, centre):
    conflicting(centre)
    hook(centre, EARLY, ("3", "NHAN_GUI"))
    centre.hook(b"{")
    pages = {
        state: html.unescape(lan.opens(f"/desk/messages?state={state}").text)
        for state in ("unread", "unclaimed", "conflicting")
    }

    for page in pages.values():
        assert "Chưa đọc được (1)" in page
        assert "Chưa rõ của bưu gửi nào (1)" in page
        assert "Mâu thuẫn (1)" in page
    assert "Tin không phải JSON." in pages["unread"]
    assert f'/desk/parcels/new?number={EARLY}&carrier=rehearsal"' in pages["unclaimed"]
    assert "tin đầu tiên vẫn có hiệu lực" in pages["conflicting"]
    assert "hủy ghi nhận" in pages["conflicting"]
    board = lan.opens("/desk").text
    assert "tin bưu chính mâu thuẫn" in board


def test_messages_are_taken_away_as_a_file_without_what_they_say(lan, centre):
    hook(centre, EARLY, ("3", "NHAN_GUI"))
    centre.hook(b"{rubbish")
    unread = lan.opens("/desk/messages/list.csv").text
    awaited = lan.opens("/desk/messages/list.csv?state=unclaimed").text

    assert "Tin không phải JSON." in unread
    assert "rubbish" not in unread
    assert (EARLY in awaited, "NHAN_GUI" in awaited) == (True, False)
    assert lan.opens("/desk/messages/list.xlsx?state=unclaimed").content.startswith(b"PK")


def test_the_link_of_an_awaited_number_opens_the_form_with_it_filled_in(lan, centre):
    page = lan.opens(f"/desk/parcels/new?number={EARLY}&carrier=by_hand").text

    assert f'value="{EARLY}"' in page
    assert '<option value="by_hand" selected>' in page


def test_one_message_is_shown_whole_with_what_became_of_each_event(lan, centre):
    number = conflicting(centre)
    [kept] = [m for m in messages(centre) if m.state == "conflicting"]
    page = html.unescape(lan.opens(f"/desk/messages/{kept.id}").text)

    assert "trái với điều đã ghi, không ghi" in page
    assert "đã ghi từ tin này" in page
    assert number in page
    assert kept.body.decode() in page
    assert lan.opens("/desk/messages/999").status_code == 404


def test_news_of_a_numbers_earlier_life_is_told_as_such(lan, centre):
    number = centre.a_parcel()
    body = a_body(number, ("1", "PHAT_TC"), at=centre.clock() - timedelta(days=400))
    centre.hook(body)
    [kept] = messages(centre)
    page = html.unescape(lan.opens(f"/desk/messages/{kept.id}").text)

    assert "của bưu gửi cũ mang cùng số hiệu, không ghi" in page


def test_whatever_a_message_holds_is_shown_as_text(lan, centre):
    centre.hook('{"scans": "<script>alert(1)</script> \x00\x1b[31m Bà Hoa"}'.encode() + b"\xff")
    [kept] = messages(centre)
    page = lan.opens(f"/desk/messages/{kept.id}").text

    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "Bà Hoa" in page


def test_a_message_may_name_somebody_and_is_for_the_desk_alone(visitor, centre):
    centre.hook(b"{")
    [kept] = messages(centre)
    for who in ("minh", "quan", "tuan"):
        assert visitor(who).opens(f"/desk/messages/{kept.id}").status_code == 403
    for role in ("manager", "admin", "courier", "integration"):
        assert centre.get(f"/messages/{kept.id}", role=role).status_code == 403


def test_all_that_a_tab_shows_is_read_again_with_one_button(lan, centre, monkeypatch):
    carrier = type(centre.house.carriers.find("rehearsal"))
    number = centre.a_parcel()
    with monkeypatch.context() as broken:
        broken.setattr(carrier, "read_message", lambda _self, _body: 1 / 0)
        hook(centre, number, ("1", "NHAN_GUI"))
        hook(centre, EARLY, ("2", "NHAN_GUI"))
    centre.hook(b"{")
    assert "Xử lý lại cả 3 tin" in lan.opens("/desk/messages?state=unread").text

    page = lan.sends("/desk/messages/read-again", {"state": "unread"}).text
    assert "Đã xử lý lại 3 tin: 1 đã khớp, 1 chưa đọc được, 1 chưa có bưu gửi, 0 mâu thuẫn." in page
    assert centre.get(f"/parcels/{number}").json()["milestone"] == "accepted"


def test_more_than_one_request_reads_are_read_on_from_where_it_stopped(lan, centre, monkeypatch):
    from postal_tracker.carriers.inbox import reprocessing

    monkeypatch.setattr(reprocessing, "MOST_READ_AGAIN", 2)
    monkeypatch.setattr(reprocessing, "MOST_AT_ONCE", 2)
    for n in range(3):
        centre.hook(b"{" + b" " * n)
    page = lan.sends("/desk/messages/read-again", {"state": "unread"}).text

    assert "Xử lý lại tiếp 1 tin còn lại" in page
    cursor = messages(centre)[1].id
    assert f'name="cursor" value="{cursor}"' in page
    sent = {"state": "unread", "cursor": str(cursor)}
    assert "Đã xử lý lại 1 tin" in lan.sends("/desk/messages/read-again", sent).text


def test_a_list_is_narrowed_down_to_one_carrier(lan, centre):
    centre.hook(b"{")
    assert "Không có tin nào." in lan.opens("/desk/messages?carrier=by_hand").text
    assert "Chưa đọc được (0)" in lan.opens("/desk/messages?carrier=by_hand").text
    assert "Không có tin nào." not in lan.opens("/desk/messages?carrier=rehearsal").text
    assert centre.get("/messages?carrier=by_hand").json()["items"] == []
    assert len(centre.get("/messages?carrier=rehearsal").json()["items"]) == 1


def test_an_erased_message_says_so_and_has_no_button(lan, centre):
    from postal_tracker.carriers.inbox import erase_old

    centre.hook(b'{"scans": "Hoa"}')
    now = centre.clock() + timedelta(days=900)
    centre.database.write_now(lambda s: erase_old(s, 9, kept_for=timedelta(days=400), now=now))
    [kept] = messages(centre)
    for address in ("/desk/messages", f"/desk/messages/{kept.id}"):
        page = lan.opens(address).text
        assert "Nội dung đã được xóa lúc" in page
        assert f'action="/desk/messages/{kept.id}/read-again"' not in page
    assert centre.get(f"/messages/{kept.id}").json()["body"] == ""


def test_a_program_is_told_the_reason_in_stable_words_and_in_its_language(centre):
    conflicting(centre)
    asked = "/messages?state=conflicting"
    vi = centre.get(asked, headers={"Accept-Language": "vi"}).json()["items"][0]
    en = centre.get(asked, headers={"Accept-Language": "en"}).json()["items"][0]

    assert vi["problem"] == en["problem"] == "an event that is known tells something else now"
    assert vi["problem_text"].startswith("Một sự kiện đã biết")
    assert en["problem_text"].startswith("An event that is known is told otherwise")
    whole = centre.get(f"/messages/{vi['id']}").json()
    assert [e["fate"] for e in whole["events"]] == ["otherwise", "recorded"]
