"""What will be late is found in time: form 04 is filled in, signed, printed, its citizen told."""

from datetime import date

import pypdfium2
from sqlalchemy import update

from postal_tracker.core.journey import Stage
from postal_tracker.storage.tables import Parcel
from tests.web.conftest import Visitor, employ
from tests.web.markup import filled_in


def lan_comes(centre):
    """Let her sign in that morning."""
    employ(centre, "lan")
    lan = Visitor(centre)
    assert lan.signs_in("lan").status_code == 303
    return lan


def form_04(lan, code):
    """Open it as the worklist leads there, in one click."""
    address = f"/desk/dossiers/{code}/acts/extend"
    assert f'href="{address}"' in lan.opens("/desk/worklist").text
    return address, filled_in(lan.opens(address).text, "sign")


def promised(centre, number, first, last):
    """Let a parcel be expected in these days, as the model of arrivals writes it down."""
    told = {"promised_from": first, "promised_to": last, "promise_told": True}
    change = update(Parcel).where(Parcel.tracking_number == number).values(told)
    centre.database.write_now(lambda s: s.connection().execute(change))


def sent(centre, code, *, days=0):
    number = centre.a_parcel(code)
    centre.clock.pass_(hours=1)
    centre.tell(centre.an_event(number, "accepted"))
    centre.clock.pass_(days=days)
    return number


def test_near_its_day_without_a_result_it_is_apologised_for_in_one_click_and_one_key(telling):
    """Received on Monday 23 November, due on Tuesday 1 December; on Friday it is on the list."""
    centre = telling.centre
    code = telling.a_dossier()
    centre.tell(centre.an_event(sent(centre, code), "delivered"))
    telling.pass_(days=4)
    lan = lan_comes(centre)
    address, form = form_04(lan, code)

    assert form["reason"] == (
        "Phòng Cảnh sát giao thông đã nhận hồ sơ từ ngày 23/11/2026 và chưa có kết quả giải quyết."
    )
    assert (form["new_due_at"], form["signed_by"]) == ("2026-12-08T17:00", "Lan")
    assert lan.sends(address, form).status_code == 303
    telling.work()

    mail = telling.mail.taken[-1]
    assert mail["subject"] == f"[{code}] Xin lỗi và hẹn lại ngày trả kết quả"
    assert "08/12/2026" in mail.get_content()
    assert telling.notices(code)[-1]["attempts"][0]["begun_at"] < "2026-12-01"
    seen = centre.get(f"/dossiers/{code}").json()
    assert (seen["first_due_at"][:10], seen["due_on"]) == ("2026-12-01", "2026-12-08")
    printed = lan.opens(f"/desk/dossiers/{code}/papers/apology.pdf").content
    text = pypdfium2.PdfDocument(printed)[0].get_textpage().get_text_range()
    for said in ("Phòng Cảnh sát giao thông", "ngày 08 tháng 12", "ngày 01 tháng 12", "Lan"):
        assert said in " ".join(text.split())
    assert code not in lan.opens("/desk/worklist").text
    assert centre.differences() == []


def test_whose_parcel_is_expected_after_its_day_is_on_the_list_a_week_before(telling):
    """The new day leaves the authority the time of the receipt, from the last day of the range."""
    centre = telling.centre
    code = telling.a_dossier()
    number = sent(centre, code)
    lan = lan_comes(centre)
    promised(centre, number, date(2026, 11, 27), date(2026, 12, 1))
    assert code not in lan.opens("/desk/worklist").text
    promised(centre, number, date(2026, 12, 1), date(2026, 12, 3))
    _, form = form_04(lan, code)

    assert form["reason"] == (
        f"Bưu gửi {number} chuyển hồ sơ tới Phòng Cảnh sát giao thông chưa tới nơi, "
        "dự kiến tới từ ngày 01/12/2026 đến ngày 03/12/2026."
    )
    assert form["new_due_at"] == "2026-12-10T17:00"
    [row] = centre.get("/reports/nearly-late").json()["items"]
    assert (row["code"], row["working_days_left"]) == (code, 5)


def test_whose_parcel_is_silent_is_apologised_for_from_the_parcels_own_row(telling):
    centre = telling.centre
    code = telling.a_dossier(procedure="DD-01")
    number = sent(centre, code, days=4)
    assert centre.stage(code) == Stage.TO_AUTHORITY
    lan = lan_comes(centre)
    address, form = form_04(lan, code)

    assert form["reason"] == (
        f"Bưu gửi {number} chuyển hồ sơ tới Văn phòng Đăng ký đất đai chưa tới nơi; "
        "tin gần nhất của bưu chính là ngày 23/11/2026."
    )
    assert lan.sends(address, form).status_code == 303
    telling.work()
    due = centre.get(f"/dossiers/{code}").json()
    told = telling.notices(code)[-1]
    assert (told["event"], told["state"]) == ("late", "sent")
    assert told["attempts"][0]["begun_at"] < due["first_due_at"]
    assert due["first_due_at"] < due["due_at"]


def test_what_has_its_result_is_not_apologised_for(telling):
    """Its parcel goes to the citizen, and is silent: it is on the list, and owed by nobody."""
    centre = telling.centre
    code = telling.a_dossier()
    centre.tell(centre.an_event(sent(centre, code), "delivered"))
    centre.clock.pass_(minutes=5)
    assert centre.post(f"/dossiers/{code}/acts", {"act": "result_ready"}).status_code == 200
    number = centre.a_parcel(code, direction="to_citizen")
    centre.tell(centre.an_event(number, "accepted"))
    centre.clock.pass_(days=4)
    page = lan_comes(centre).opens("/desk/worklist").text

    assert number in page
    assert "/acts/extend" not in page


def test_a_wrong_year_keeps_nobody_from_the_form(telling):
    centre = telling.centre
    code = telling.a_dossier()
    far = {"reason": "x", "new_due_at": "2100-12-31T17:00:00+07:00", "signed_by": "Lan"}
    assert centre.post(f"/dossiers/{code}/acts", {"act": "extend", **far}).status_code == 200
    page = lan_comes(centre).opens(f"/desk/dossiers/{code}/acts/extend")

    assert page.status_code == 200
    assert filled_in(page.text, "sign")["reason"].startswith("Hồ sơ ở điểm tiếp nhận")
