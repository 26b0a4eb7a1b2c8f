"""A courier's picture of an envelope: its number is read, and nothing else in it is believed."""

import zlib
from io import BytesIO
from struct import pack

import pytest
from PIL import Image

from postal_tracker.web.courier.pictures import number_among
from tests.asserting import assert_problem
from tests.labels.makers import a_dossier, printed
from tests.web.envelopes import as_they_come, before_a_camera, jpeg, label

READ = "/courier/read"
AS_A_SCRIPT = {"accept": "application/json"}


def sent(who, file, *, headers=None, name="p.jpg", kind="image/jpeg"):
    files = {"picture": (name, file, kind)}
    return who.client.post(READ, data={"csrf": who.token()}, files=files, headers=headers or {})


def test_a_label_is_read_fresh_worn_turned_and_in_the_dark(tuan, centre):
    numbers = [centre.a_parcel() for _ in range(4)]
    for number, frame in as_they_come(numbers).items():
        answer = sent(tuan, jpeg(frame), headers=AS_A_SCRIPT)
        assert (answer.status_code, answer.json()) == (200, {"code": number})


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_without_script_a_picture_leads_to_its_parcel(tuan, centre, kind):
    number, file = centre.a_parcel(), BytesIO()
    before_a_camera(label(number)).save(file, kind)
    answer = sent(tuan, file.getvalue())

    assert answer.status_code == 303
    assert answer.headers["location"].partition("?")[0] == f"/courier/{number}"


def test_of_what_is_read_a_list_is_a_number_too():
    assert number_among(["BK-261123-0001", "x"]) == "BK-261123-0001"


def side_by_side(*pictures):
    whole = Image.new("L", (sum(p.width for p in pictures), max(p.height for p in pictures)), 255)
    for n, picture in enumerate(pictures):
        whole.paste(picture, (sum(p.width for p in pictures[:n]), 0))
    return whole


@pytest.mark.parametrize("what", ["nothing", "two parcels", "a dossier alone"])
def test_a_picture_that_leaves_a_doubt_names_no_number(tuan, centre, what):
    one, other = label(centre.a_parcel()), label(centre.a_parcel())
    shown = {
        "nothing": Image.new("L", (800, 600), 150),
        "two parcels": side_by_side(one, other),
        "a dossier alone": printed(a_dossier())[0],
    }[what]
    answer = sent(tuan, jpeg(shown), headers=AS_A_SCRIPT)

    assert_problem(answer, 422, "invalid-form")
    assert "code" not in answer.json()


def test_without_script_the_page_says_what_is_wrong_with_a_picture(tuan):
    page = sent(tuan, b"")

    assert page.status_code == 422
    assert "Không mở được ảnh này" in page.text


def png(*chunks, size=(8, 8)):
    head = pack(">IIBBBBB", *size, 8, 0, 0, 0, 0)
    whole = [(b"IHDR", head), *chunks, (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pack(">I", len(body)) + name + body + pack(">I", zlib.crc32(name + body))
        for name, body in whole
    )


def saved(picture, kind):
    file = BytesIO()
    picture.save(file, kind)
    return file.getvalue()


GOOD = jpeg(Image.effect_noise((400, 300), 80))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
NOISE = bytes(range(256)) * 64
BOMB = zlib.compress(bytes(200_000_000))
HOSTILE = {
    "empty": b"",
    "text": b"RR123456785VN",
    "SVG with script": SVG,
    "HTML": b"<!doctype html><script>alert(1)</script>",
    "PDF": b"%PDF-1.7\n%%EOF",
    "noise": NOISE,
    "a GIF": saved(Image.new("L", (20, 20)), "GIF"),
    "a GIF that says it is huge": b"GIF89a\xff\xff\xff\xff\x80\0\0" + NOISE,
    "a TIFF": saved(Image.new("L", (20, 20)), "TIFF"),
    "a BMP": saved(Image.new("L", (20, 20)), "BMP"),
    "40 megapixels": jpeg(Image.new("L", (8000, 5000))),
    "40 megapixels, PNG": saved(Image.new("1", (8000, 5000)), "PNG"),
    "a PNG of four milliard": png((b"IDAT", zlib.compress(b"")), size=(65_535, 65_535)),
    "a PNG with no line": png((b"IDAT", zlib.compress(b"")), size=(4000, 4000)),
    "a PNG whose text unpacks to 200 MB": png(
        (b"zTXt", b"x\0\0" + zlib.compress(bytes(200_000_000)))
    ),
    "a PNG without picture": png(),
    "begun": GOOD[:20],
    "head alone": GOOD[:600],
    "half": GOOD[: len(GOOD) // 2],
    "JPEG's first bytes, then a page": GOOD[:4] + SVG,
    "WebP cut off": saved(Image.effect_noise((400, 300), 80), "WEBP")[:900],
    "WebP's head alone": b"RIFF\xff\xff\xff\xffWEBPVP8 ",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_picture_of_ours_is_refused_and_nothing_falls_over(tuan, what):
    answer = sent(tuan, HOSTILE[what], headers=AS_A_SCRIPT, name="<b>.svg", kind="image/svg+xml")

    assert_problem(answer, 422, "invalid-form")


def test_a_picture_with_a_page_behind_it_is_a_picture_and_never_served(tuan, centre):
    number = centre.a_parcel()
    answer = sent(tuan, jpeg(before_a_camera(label(number))) + SVG, headers=AS_A_SCRIPT)

    assert answer.json() == {"code": number}
    assert answer.headers["content-type"] == "application/json"


def test_more_than_eight_mebibytes_are_not_even_looked_at(tuan):
    answer = sent(tuan, GOOD + bytes(8 * 1024 * 1024), headers=AS_A_SCRIPT)

    assert_problem(answer, 413, "too-large")


def test_what_was_sent_without_this_sessions_token_is_not_read(tuan):
    answer = tuan.client.post(READ, files={"picture": ("p.jpg", GOOD)}, headers=AS_A_SCRIPT)

    assert_problem(answer, 403, "cross-site")


@pytest.mark.parametrize("body", [b"", b"--x", b"--x\r\n\r\n--x--"])
def test_a_form_that_is_none_is_refused(tuan, body):
    kind = {"content-type": "multipart/form-data; boundary=x", **AS_A_SCRIPT}
    answer = tuan.client.post(READ, content=body, headers=kind)

    assert 400 <= answer.status_code < 500
