"""Printers at the doors: who may add one, who sees which, and labels that come out of them."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from html import unescape

import pypdfium2
import pytest
from sqlmodel import select

from labels.paper import MEDIA
from postal_tracker.printing.selection import MOST
from postal_tracker.storage.tables import PrintedLabel
from tests.centre import Centre
from tests.labels.eyes import codes, files_in, seen
from tests.printing.machines import address_of_nobody, machine

ZEBRA = {"name": "Zebra quầy 1", "office": "H49.12", "kind": "zpl_tcp", "media": "100x50"}


def put_up(centre, address, **told):
    answer = centre.post("/printers", {**ZEBRA, "address": address, **told}, role="admin")
    assert answer.status_code == 201, answer.text
    return answer.json()


def numbers_on(job):
    pages = seen(job, "zpl", MEDIA["100x50"])
    return [next(c for c in codes(page) if not c.startswith("http")) for page in pages]


def size_of(file):
    """Return how wide and high a PDF's first page is, in whole millimetres."""
    with closing(pypdfium2.PdfDocument(file)) as document:
        return tuple(round(points / 72 * 25.4) for points in document[0].get_size())


def pages_of(file):
    with closing(pypdfium2.PdfDocument(file)) as document:
        return len(document)


# Programs


@pytest.mark.parametrize("role", ["desk", "manager", "integration", "courier"])
def test_only_an_admin_says_where_the_service_sends_documents(centre, role):
    told = {**ZEBRA, "address": "169.254.169.254:80"}

    assert centre.post("/printers", told, role=role).status_code == 403
    assert centre.call("DELETE", "/api/v1/printers/x", role=role).status_code == 403
    asked = {"parcels": [centre.a_parcel()], "printer": "169.254.169.254:80"}
    assert centre.post("/prints", asked).json()["type"] == "/problems/no-such-printer"
    with_address = {**asked, "address": "169.254.169.254:80"}
    assert centre.post("/prints", with_address).status_code == 422


def test_staff_see_their_offices_printers_without_addresses(centre):
    put_up(centre, "192.168.1.40:9100")
    put_up(centre, "192.168.1.41:9100", name="Zebra phường", office="H49.12.01")

    shown, _of_the_ward_below = centre.get("/printers").json()["items"]
    assert (shown["name"], shown["media"], shown["address"]) == ("Zebra quầy 1", "100x50", None)
    known, _of_the_ward_below = centre.get("/printers", role="admin").json()["items"]
    assert known["address"] == "192.168.1.40:9100"


def test_a_printer_is_forgotten(centre):
    put_up(centre, "192.168.1.40:9100")
    path = "/api/v1/printers/Zebra qu%E1%BA%A7y 1"

    assert centre.call("DELETE", path, role="admin").status_code == 204
    assert centre.call("DELETE", path, role="admin").status_code == 404


def test_a_printer_with_a_slash_in_its_name_is_forgotten_too(centre):
    put_up(centre, "192.168.1.40:9100", name="a/b")

    assert centre.call("DELETE", "/api/v1/printers/a%2Fb", role="admin").status_code == 204
    assert centre.get("/printers", role="admin").json()["items"] == []


def test_a_program_prints_and_may_repeat_itself(any_centre):
    numbers = [any_centre.a_parcel() for _ in range(2)]
    with machine() as zebra:
        put_up(any_centre, zebra.address)
        asked = {"parcels": numbers, "printer": "Zebra quầy 1"}
        first = any_centre.post("/prints", asked)
        second = any_centre.post("/prints", asked)

    assert first.status_code == 200, first.text
    assert first.json() == {
        "printed": 2,
        "already": 0,
        "left": [],
        "unsure": [],
        "unprintable": [],
        "reasons": {},
        "began": "2026-11-23T01:00:00Z",
        "fault": None,
    }
    assert (second.json()["printed"], second.json()["already"]) == (0, 2)
    assert numbers_on(zebra.jobs[0]) == numbers
    assert len(zebra.jobs) == 1


def test_a_printer_that_is_off_is_told_in_both_languages(centre):
    put_up(centre, address_of_nobody())
    asked = {"parcels": [centre.a_parcel()], "printer": "Zebra quầy 1"}
    answer = centre.post("/prints", asked)

    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/printer-refuses"
    assert "Zebra quầy 1 từ chối kết nối" in answer.json()["detail"]
    english = centre.post("/prints", asked, headers={"Accept-Language": "en"}).json()
    assert "refuses the connection" in english["detail"]
    assert centre.database.read_now(lambda s: s.exec(select(PrintedLabel)).all()) == []


def test_a_printer_that_breaks_off_is_told_with_what_may_lie_on_paper(centre):
    number = centre.a_parcel()
    with machine() as zebra:
        zebra.breaks_off_at = [100]
        put_up(centre, zebra.address)
        answer = centre.post("/prints", {"parcels": [number], "printer": "Zebra quầy 1"})

    assert answer.status_code == 200
    told = answer.json()
    assert (told["printed"], told["left"], told["unsure"]) == (0, [number], [number])
    assert "giữa chừng" in told["fault"]
    came_out = centre.post("/prints/came-out", {"codes": told["unsure"]})
    assert came_out.json() == {"noted": 1}
    asked = {"parcels": [number], "printer": "Zebra quầy 1"}
    assert centre.post("/prints", asked).json()["already"] == 1
    assert centre.post("/prints/came-out", {"codes": []}).status_code == 422
    assert centre.post("/prints/came-out", {"codes": [number]}, role="manager").status_code == 403


def test_what_a_printer_cannot_print_is_told_with_the_reason(centre):
    bad = centre.a_parcel(recipient={"name": "Bà \U0001f4ee", "address": "1 Lý Bôn"})
    with machine() as zebra:
        put_up(centre, zebra.address)
        asked = {"parcels": [bad], "printer": "Zebra quầy 1"}
        told = centre.post("/prints", asked, headers={"Accept-Language": "en"}).json()

    assert told["unprintable"] == [bad]
    assert "a sign that cannot be printed" in told["reasons"][bad]


def test_labels_are_asked_for_in_one_way(centre):
    put_up(centre, "127.0.0.1:9")
    asked = {"parcels": [centre.a_parcel()], "day": "2026-11-23", "printer": "Zebra quầy 1"}
    answer = centre.post("/prints", asked)

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/labels-asked-for-twice"


# Labels as files


@pytest.mark.parametrize(
    ("format_", "kind", "several"),
    [
        ("pdf", "application/pdf", "application/pdf"),
        ("zpl", "application/zpl", "application/zpl"),
        ("png", "image/png", "application/zip"),
        ("svg", "image/svg+xml", "application/zip"),
    ],
)
def test_each_format_has_its_content_type(centre, format_, kind, several):
    numbers = [centre.a_parcel(), centre.a_parcel()]
    one = centre.post("/labels", {"parcels": numbers[:1], "format": format_, "media": "100x50"})
    two = centre.post("/labels", {"parcels": numbers, "format": format_, "media": "100x50"})

    assert (one.headers["content-type"].split(";")[0], one.status_code) == (kind, 200)
    assert (two.headers["content-type"].split(";")[0], two.status_code) == (several, 200)
    if several == "application/zip":
        assert list(files_in(two.content)) == [f"0001.{format_}", f"0002.{format_}"]
        assert 'filename="labels.zip"' in two.headers["content-disposition"]
    else:
        assert f'filename="labels.{format_}"' in two.headers["content-disposition"]


def test_stickers_that_are_used_up_are_left_free(centre):
    number = centre.a_parcel()
    drawn = [
        centre.post("/labels", {"parcels": [number], "media": "a4-24", "skip": skip}).content
        for skip in (0, 4)
    ]
    places = [seen(file, "pdf", MEDIA["a4-24"])[0].convert("L") for file in drawn]

    left, right = (page.point(lambda v: 255 - v).getbbox() for page in places)
    assert right[0] - left[0] > 1000, "in the second column"
    assert right[1] - left[1] > 500, "in the second row"
    beyond = centre.post("/labels", {"parcels": [number], "media": "a4-24", "skip": 24})
    assert beyond.status_code == 422
    assert [e["field"] for e in beyond.json()["errors"]] == ["skip"]


def test_a_centres_own_medium_is_printed_on_by_name(sqlite_url, tmp_path):
    file = tmp_path / "media.toml"
    file.write_text("[nhan-nho]\nwidth=100\nheight=60\ndpi=203\nmargin=2\n")
    with Centre(sqlite_url, media_file=file) as centre:
        number = centre.a_parcel()
        drawn = centre.post("/labels", {"parcels": [number], "media": "nhan-nho"})
        unknown = centre.post("/labels", {"parcels": [number], "media": "nhan-to"})

    assert drawn.status_code == 200
    assert size_of(drawn.content) == (100, 60)
    assert "nhan-nho" in unknown.json()["detail"]


def notes(centre):
    return centre.database.read_now(lambda s: s.exec(select(PrintedLabel)).all())


def test_a_label_named_twice_comes_once(centre):
    number, code = centre.a_parcel(), centre.a_dossier()
    drawn = centre.post("/labels", {"parcels": [number, number], "media": "a6"}).content
    both = centre.post("/labels", {"dossiers": [code, code]})

    assert len(seen(drawn, "pdf", MEDIA["a6"])) == 1
    assert both.status_code == 200
    assert [n.copy_number for n in notes(centre)] == [1, 1]


def test_two_programs_at_once_get_a_first_label_and_a_reprint(any_centre):
    number = any_centre.a_parcel()
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(any_centre.post, "/labels", {"parcels": [number]}) for _ in range(2)]
    files = {answer.result().content for answer in asked}

    assert len(files) == 2, "one of them says that it is a reprint"
    assert sorted(n.copy_number for n in notes(any_centre)) == [1, 2]


@pytest.mark.parametrize("told", [{"media": "x" * 100}, {"format": "x" * 100}, {"skip": 100}])
def test_what_cannot_be_drawn_is_not_noted(any_centre, told):
    asked = {"parcels": [any_centre.a_parcel()], "media": "a4-24", **told}

    assert any_centre.post("/labels", asked).status_code == 422
    assert notes(any_centre) == []


def test_the_bad_labels_of_many_are_named(centre):
    good = [centre.a_parcel() for _ in range(3)]
    bad = centre.a_parcel(recipient={"name": "Bà \U0001f4ee", "address": "1 Lý Bôn"})
    answer = centre.post("/labels", {"parcels": [*good, bad]})

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/label-would-not-scan"
    assert f"Nhãn {bad} có ký hiệu không in được: “\U0001f4ee”" in answer.json()["detail"]
    assert not any(number in answer.json()["detail"] for number in good)
    assert notes(centre) == []


def test_who_names_no_paper_gets_that_of_the_offices_browser_printer(centre):
    number = centre.a_parcel()
    before = centre.post("/labels", {"parcels": [number]}).content
    put_up(centre, "", name="Máy in phòng", kind="browser", media="a4-24", offset_x=2)
    asked = [{}, {"media": "a4-24"}, {"media": "a6"}, {"media": "a4-24", "format": "png"}]
    after = [centre.post("/labels", {"parcels": [number], **each}).content for each in asked]

    assert [size_of(file) for file in (before, *after[:3])] == [
        *((105, 148), (210, 297), (210, 297), (105, 148))
    ]
    sheets = [seen(after[0], "pdf", MEDIA["a4-24"]), seen(after[3], "png", MEDIA["a4-24"])]
    moved, straight = (page.convert("L").point(lambda v: 255 - v).getbbox() for [page] in sheets)
    assert moved[0] - straight[0] == pytest.approx(2 / 25.4 * 600, abs=2)


# People


def test_a_press_prints_the_label_and_says_so(lan, centre):
    number = centre.a_parcel()
    with machine() as zebra:
        put_up(centre, zebra.address)
        page = lan.opens(f"/desk/parcels/{number}").text
        assert "In ra Zebra quầy 1" in page
        answer = lan.sends("/desk/prints", {"parcels": number, "printer": "Zebra quầy 1"})

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/desk/parcels/{number}"
    shown = lan.opens(answer.headers["location"]).text
    assert "Máy in đã nhận các nhãn." in shown
    assert "Nhãn này đã in" in shown
    assert 'name="again" value="yes"' in shown
    assert numbers_on(zebra.jobs[0]) == [number]


def test_a_second_press_of_an_old_page_prints_nothing_unasked(lan, centre):
    number = centre.a_parcel()
    with machine() as zebra:
        put_up(centre, zebra.address)
        for _ in range(2):
            answer = lan.sends("/desk/prints", {"parcels": number, "printer": "Zebra quầy 1"})

    assert len(zebra.jobs) == 1
    assert answer.status_code == 200
    assert "1 nhãn đã in từ trước nên được bỏ qua." in answer.text
    assert 'name="again" value="yes"' in answer.text


def test_after_a_fault_the_page_says_what_is_left_and_goes_on(lan, centre):
    numbers = [centre.a_parcel() for _ in range(7)]
    made = centre.post("/handovers", {"carrier": "rehearsal", "parcels": numbers}).json()
    fields = {"handover": made["number"], "printer": "Zebra quầy 1"}
    with machine() as zebra:
        put_up(centre, zebra.address)
        zebra.breaks_off_at = [None, 50]
        stopped = lan.sends("/desk/prints", fields)
        assert stopped.status_code == 503
        assert "ngắt kết nối giữa chừng" in stopped.text
        assert "Máy in đã nhận 5 nhãn. Còn 2 nhãn." in re.sub(r"\s+", " ", stopped.text)
        gone_on = lan.sends("/desk/prints", fields)

    assert gone_on.headers["location"] == f"/desk/handovers/{made['number']}"
    assert [len(numbers_on(zebra.jobs[n])) for n in (0, 2)] == [5, 2]


def test_what_came_out_all_the_same_is_ticked_and_not_printed_again(lan, centre):
    numbers = [centre.a_parcel() for _ in range(2)]
    made = centre.post("/handovers", {"carrier": "rehearsal", "parcels": numbers}).json()
    fields = {"handover": made["number"], "printer": "Zebra quầy 1"}
    with machine() as zebra:
        put_up(centre, zebra.address)
        zebra.breaks_off_at = [50]
        stopped = lan.sends("/desk/prints", fields).text
        assert "Nhãn nào đã ra giấy?" in stopped
        assert re.findall(r'name="codes" value="(\w+)"', stopped) == numbers
        assert "Nhãn nào đã ra giấy?" in lan.opens("/desk/prints").text, "also when opened anew"
        ticked = {"handover": made["number"], "codes": numbers[0]}
        told = lan.sends("/desk/prints/came-out", ticked)
        assert re.findall(r'name="codes" value="(\w+)"', told.text) == numbers[1:]
        assert "Còn 1 nhãn." in told.text
        lan.sends("/desk/prints", fields)

    assert numbers_on(zebra.jobs[1]) == numbers[1:]
    assert lan.sends("/desk/prints/came-out", {"csrf": "x", **ticked}).status_code == 403
    assert lan.sends("/desk/prints/came-out", {"day": "2026-11-23"}).status_code == 422


def test_a_page_says_why_a_label_cannot_be_printed(lan, centre):
    bad = centre.a_parcel(recipient={"name": "Bà \U0001f4ee", "address": "1 Lý Bôn"})
    with machine() as zebra:
        put_up(centre, zebra.address)
        told = lan.sends("/desk/prints", {"parcels": bad, "printer": "Zebra quầy 1"}).text

    assert f"Nhãn {bad} có ký hiệu không in được: “\U0001f4ee” (U+1F4EE)." in told


def test_a_reprint_that_was_broken_off_goes_on_with_what_is_left(lan, centre):
    numbers = [centre.a_parcel() for _ in range(7)]
    made = centre.post("/handovers", {"carrier": "rehearsal", "parcels": numbers}).json()
    centre.post("/labels", {"parcels": numbers})
    centre.clock.pass_(minutes=1)
    again = {"handover": made["number"], "printer": "Zebra quầy 1", "again": "yes"}
    with machine() as zebra:
        put_up(centre, zebra.address)
        zebra.breaks_off_at = [None, 50]
        stopped = lan.sends("/desk/prints", again).text
        [began] = set(re.findall(r'name="began" value="([^"]+)"', stopped))
        assert 'name="again" value="yes"' in stopped
        centre.clock.pass_(minutes=1)
        lan.sends("/desk/prints", {**again, "began": unescape(began)})

    assert numbers_on(zebra.jobs[0]) + numbers_on(zebra.jobs[2]) == numbers


@pytest.mark.slow
def test_a_day_of_more_labels_than_one_file_holds_comes_in_two(lan, centre):
    for _ in range(MOST + 1):
        centre.a_parcel()
    hint = "Mỗi tệp PDF có nhiều nhất 500 nhãn; tệp sau có 1 nhãn còn lại."
    assert hint in lan.opens("/desk/prints").text
    files = [lan.sends("/desk/labels", {"day": "2026-11-23"}) for _ in range(2)]
    assert [pages_of(file.content) for file in files] == [MOST, 1]
    again = lan.opens("/desk/prints")
    assert "Mọi bưu gửi tạo hôm nay đã có nhãn." in again.text


def test_the_day_is_printed_from_one_page(lan, centre):
    numbers = [centre.a_parcel(), centre.a_parcel()]
    with machine() as zebra:
        put_up(centre, zebra.address)
        assert "Hôm nay còn 2 nhãn bưu gửi chưa in." in lan.opens("/desk/prints").text
        fields = {"day": "2026-11-23", "printer": "Zebra quầy 1"}
        assert lan.sends("/desk/prints", fields).headers["location"] == "/desk/prints"

    assert numbers_on(zebra.jobs[0]) == numbers
    shown = lan.opens("/desk/prints").text
    assert "Mọi bưu gửi tạo hôm nay đã có nhãn." in shown
    assert "In tất cả" not in shown
    assert "127.0.0.1" not in shown, "where it is is no clerk's business"


def test_the_browser_prints_on_what_lies_in_its_printer(lan, centre):
    number = centre.a_parcel()
    plain = lan.sends("/desk/labels", {"parcels": number}).content
    put_up(centre, "", name="Máy in phòng", kind="browser", media="a4-24", offset_x=2)
    shown = lan.opens(f"/desk/parcels/{number}").text
    sheet = lan.sends("/desk/labels", {"parcels": number, "printer": "Máy in phòng"})

    assert "In bằng trình duyệt: Máy in phòng" in shown
    assert size_of(plain) == (105, 148)
    assert size_of(sheet.content) == (210, 297)
    assert lan.sends("/desk/labels", {"parcels": number, "printer": "x"}).status_code == 404


def test_a_list_of_which_all_is_printed_makes_no_empty_file(lan, centre):
    number = centre.a_parcel()
    made = centre.post("/handovers", {"carrier": "rehearsal", "parcels": [number]}).json()
    first = lan.sends("/desk/labels", {"handover": made["number"]})
    second = lan.sends("/desk/labels", {"handover": made["number"]})

    assert first.headers["content-type"] == "application/pdf"
    assert "1 nhãn đã in từ trước nên được bỏ qua." in second.text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 422),
        ({"parcels": "EE123456785VN"}, 422),
        ({"parcels": "EE123456785VN", "printer": "Không có"}, 404),
        ({"handover": "BK-261123-0099", "printer": "Zebra quầy 1"}, 404),
        ({"day": "9999-99-99", "printer": "Zebra quầy 1"}, 422),
        ({"day": "2026-11-23", "printer": "Zebra quầy 1", "skip": "-1"}, 422),
        ({"day": "2026-11-23", "printer": "Zebra quầy 1", "media": "papyrus"}, 422),
        ({"day": "2026-11-23", "printer": "Zebra quầy 1", "media": "a4-24"}, 422),
    ],
)
def test_what_cannot_be_meant_is_said_on_the_page(lan, centre, fields, status):
    put_up(centre, "127.0.0.1:9")
    answer = lan.sends("/desk/prints", fields)

    assert answer.status_code == status, answer.text
    assert "Vui lòng kiểm tra lại" in answer.text
