"""Many labels to one printer: each comes out once, whatever happens on the way."""

import asyncio
from datetime import date, timedelta

import pytest
from PIL import ImageChops
from sqlmodel import select

from labels.paper import MEDIA
from postal_tracker import views
from postal_tracker.access import EVERYTHING, Caller, Role
from postal_tracker.core.problems import Invalid, NotFound
from postal_tracker.printing import batches, devices, reservations, selection, sheets
from postal_tracker.printing.batches import CHUNK, OF_A_REQUEST
from postal_tracker.printing.devices import PrinterFault, PrinterForm, network_printer
from postal_tracker.printing.selection import PrintsForm
from postal_tracker.storage.tables import PrintedLabel
from tests.labels.eyes import codes, seen
from tests.printing.machines import address_of_nobody, fake_lp, machine

DAY = date(2026, 11, 23)


def put_up(centre, name="Zebra", **told):
    """Put a printer up in the centre's office."""
    values = {"name": name, "office": "H49.12", "kind": "zpl_tcp", "media": "100x50", **told}
    form = PrinterForm.model_validate(values)
    centre.database.write_now(
        lambda s: devices.add(
            s,
            form,
            centre.house.media,
            allowed=centre.house.printer_networks,
            scope=EVERYTHING,
            now=centre.clock(),
        )
    )


def print_on(centre, printer="Zebra", by=None, seconds=1e9, **asked):
    form = PrintsForm.model_validate({"printer": printer, **asked})
    return asyncio.run(
        batches.print_labels(centre.house, form, by=by or centre.lan, seconds=seconds)
    )


def numbers_on(jobs, medium="100x50"):
    """Read the parcels' numbers off the paper, as a scanner does."""
    return [
        next(c for c in codes(page) if not c.startswith("http"))
        for job in jobs
        for page in seen(job, "zpl", MEDIA[medium])
    ]


def notes(centre):
    return centre.database.read_now(lambda s: s.exec(select(PrintedLabel)).all())


def a_handover(centre, count):
    numbers = [centre.a_parcel() for _ in range(count)]
    made = centre.post("/handovers", {"carrier": "rehearsal", "parcels": numbers}).json()
    return made["number"], numbers


@pytest.fixture
def zebra(centre):
    with machine() as made:
        put_up(centre, address=made.address)
        yield made


def test_labels_come_out_in_order_and_the_record_says_where(any_centre):
    numbers = [any_centre.a_parcel() for _ in range(3)]
    with machine() as zebra:
        put_up(any_centre, address=zebra.address)
        outcome = print_on(any_centre, parcels=numbers)

    assert (outcome.printed, outcome.left, outcome.fault) == (3, [], None)
    assert numbers_on(zebra.jobs) == numbers
    assert {(n.printer, n.format, n.medium, n.copy_number) for n in notes(any_centre)} == {
        ("Zebra", "zpl", "100x50", 1)
    }
    assert {n.printed_by for n in notes(any_centre)} == {"staff:1"}


def test_what_was_printed_is_left_out_unless_asked_for_again(centre, zebra):
    first, second = centre.a_parcel(), centre.a_parcel()
    print_on(centre, parcels=[first])

    outcome = print_on(centre, parcels=[first, second, second])
    assert (outcome.printed, outcome.already) == (1, 1)
    assert print_on(centre, parcels=[first], again=True).printed == 1
    assert numbers_on(zebra.jobs) == [first, second, first]
    assert sorted(n.copy_number for n in notes(centre)) == [1, 1, 2]


def test_a_file_counts_as_printed_too_but_a_receipt_is_no_label(centre, zebra):
    code, number = centre.a_dossier(), centre.a_parcel()
    centre.post("/labels", {"parcels": [number]})
    centre.post(f"/dossiers/{code}/receipt.pdf")

    assert print_on(centre, parcels=[number]).already == 1
    assert print_on(centre, dossiers=[code]).printed == 1


def test_a_reprint_says_so_on_the_printers_paper_too(centre, zebra):
    number = centre.a_parcel()
    print_on(centre, parcels=[number])
    print_on(centre, parcels=[number], again=True)
    print_on(centre, parcels=[number], again=True)

    assert len({bytes(job) for job in zebra.jobs}) == 3, "each says which copy it is"


# Whole lists, whole days


def test_a_whole_handover_comes_out_in_the_lists_order(centre, zebra):
    number, parcels = a_handover(centre, CHUNK + 3)

    outcome = print_on(centre, handover=number.lower())
    assert outcome.printed == CHUNK + 3
    assert [len(numbers_on([job])) for job in zebra.jobs] == [CHUNK, 3]
    assert numbers_on(zebra.jobs) == parcels


def test_a_day_is_a_day_in_vietnam_and_lacks_what_was_printed(centre, zebra):
    centre.clock.at -= timedelta(hours=9)  # 23:00 of the day before
    centre.a_parcel()
    centre.clock.at += timedelta(hours=9)
    printed, open_ = centre.a_parcel(), centre.a_parcel()
    print_on(centre, parcels=[printed])
    zebra.jobs.clear()

    outcome = print_on(centre, day=DAY.isoformat())
    assert (outcome.printed, outcome.already) == (1, 1)
    assert numbers_on(zebra.jobs) == [open_]


def test_a_day_of_an_office_is_its_own(centre, zebra):
    centre.a_parcel()
    elsewhere = Caller("staff:2", Role.DESK, centre.lan.office_id + 1)
    put_up(centre, "Zebra phường", office="H49.12.01", address=zebra.address)

    assert print_on(centre, "Zebra phường", by=elsewhere, day=DAY).printed == 0
    assert zebra.jobs == [], "nothing is sent where nothing is to be printed"


def test_printing_can_be_watched(centre, zebra):
    number, _ = a_handover(centre, CHUNK + 3)
    told = []
    form = PrintsForm(printer="Zebra", handover=number)
    asyncio.run(
        batches.print_labels(
            centre.house, form, by=centre.lan, on_progress=lambda *so_far: told.append(so_far)
        )
    )

    assert told == [(CHUNK, CHUNK + 3), (CHUNK + 3, CHUNK + 3)]


# When something fails


def test_after_a_fault_printing_goes_on_where_it_stopped(centre, zebra):
    number, parcels = a_handover(centre, 3 * CHUNK)
    zebra.breaks_off_at = [None, 1000]

    stopped = print_on(centre, handover=number)
    assert stopped.fault.slug == "printer-broke-off"
    assert stopped.printed == CHUNK
    assert stopped.left == parcels[CHUNK:]
    assert stopped.unsure == parcels[CHUNK : 2 * CHUNK], "these may lie on paper"
    assert [n.is_unsure for n in notes(centre)] == [False] * CHUNK + [True] * CHUNK

    [taken, _half] = zebra.jobs
    zebra.jobs.clear()
    outcome = print_on(centre, handover=number)
    assert (outcome.printed, outcome.already, outcome.left) == (2 * CHUNK, CHUNK, [])
    assert numbers_on([taken, *zebra.jobs]) == parcels
    copies = [n.copy_number for n in notes(centre) if not n.is_unsure]
    assert copies == [1] * CHUNK + [2] * CHUNK + [1] * CHUNK, "what may be out is a reprint"


def test_what_came_out_as_the_printer_failed_is_not_printed_again(any_centre):
    numbers = [any_centre.a_parcel() for _ in range(2)]
    with machine() as zebra:
        put_up(any_centre, address=zebra.address)
        zebra.breaks_off_at = [1000]
        assert print_on(any_centre, parcels=numbers).unsure == numbers
        seen_ = any_centre.database.write_now(
            lambda s: reservations.came_out(s, numbers[:1], scope=EVERYTHING)
        )
        outcome = print_on(any_centre, parcels=numbers)

    assert (seen_, outcome.printed, outcome.already) == (1, 1, 1)
    assert numbers_on(zebra.jobs[1:]) == numbers[1:]
    again = any_centre.database.write_now(
        lambda s: reservations.came_out(s, numbers, scope=EVERYTHING)
    )
    assert again == 1, "of the other, its first paper has turned up as well"


def test_a_service_that_is_killed_before_the_paper_leaves_the_label_noted(centre, zebra):
    number = centre.a_parcel()
    form = PrintsForm(printer="Zebra", parcels=[number])
    sheet = sheets.Sheet(MEDIA["100x50"], "zpl")

    def claimed(session):
        wanted = selection.to_print(session, form, by=centre.lan).fresh
        reservations.reserve(
            session, wanted, sheet, since=form.since, by=centre.lan, now=centre.clock()
        )

    centre.database.write_now(claimed)
    assert print_on(centre, parcels=[number]).already == 1
    assert print_on(centre, parcels=[number], again=True).printed == 1
    assert [n.copy_number for n in notes(centre)] == [1, 2]


def test_a_reprint_that_stopped_goes_on_where_it_stopped(centre, zebra):
    number, parcels = a_handover(centre, 2 * CHUNK)
    print_on(centre, handover=number)
    centre.clock.pass_(minutes=1)
    zebra.jobs.clear()
    zebra.breaks_off_at = [None, 1000]
    stopped = print_on(centre, handover=number, again=True)
    centre.clock.pass_(minutes=1)

    outcome = print_on(centre, handover=number, again=True, began=stopped.began)
    assert (outcome.printed, outcome.already) == (CHUNK, CHUNK)
    assert numbers_on([zebra.jobs[0], zebra.jobs[2]]) == parcels


def test_a_printer_that_is_off_prints_nothing_and_nothing_is_noted(centre):
    put_up(centre, address=address_of_nobody())
    with pytest.raises(PrinterFault, match="Zebra refuses"):
        print_on(centre, parcels=[centre.a_parcel()])

    assert notes(centre) == []


def test_a_printer_that_is_switched_off_between_two_chunks_is_no_mystery(centre):
    number, parcels = a_handover(centre, CHUNK + 2)
    with machine() as zebra:
        put_up(centre, address=zebra.address)
        zebra.jobs_until_off = 1
        outcome = print_on(centre, handover=number)

    assert outcome.fault.slug == "printer-refuses"
    assert (outcome.printed, outcome.left, outcome.unsure) == (CHUNK, parcels[CHUNK:], [])


def test_a_browsers_patience_ends_between_two_chunks(centre, zebra):
    number, parcels = a_handover(centre, 2 * CHUNK)

    outcome = print_on(centre, handover=number, seconds=0.0001)
    assert outcome.fault is None
    assert outcome.printed + len(outcome.left) == 2 * CHUNK
    assert outcome.left == parcels[outcome.printed :]


def test_one_label_that_would_not_scan_holds_up_no_other(centre, zebra):
    good = [centre.a_parcel(), centre.a_parcel()]
    bad = centre.a_parcel(recipient={"name": "\U0001f4ee", "address": "1 Lý Bôn"})

    outcome = print_on(centre, parcels=[good[0], bad, good[1]])
    assert (outcome.printed, outcome.left, list(outcome.unprintable)) == (2, [], [bad])
    assert numbers_on(zebra.jobs) == good
    assert list(print_on(centre, parcels=[bad]).unprintable) == [bad]
    assert len(zebra.jobs) == 1, "nothing is sent where nothing can be printed"
    assert len(notes(centre)) == 2, "nor noted"


@pytest.mark.parametrize(
    ("recipient", "vi", "en"),
    [
        ({"name": "Bà \U0001f4ee"}, "ký hiệu không in được: “\U0001f4ee” (U+1F4EE)", "a sign"),
        (
            {"address": "1 Lý Bôn " * 65},
            "quá nhiều chữ. Vui lòng chọn khổ giấy lớn hơn",
            "too many words",
        ),
        (
            {},
            "quá dài so với khổ giấy này. Vui lòng chọn khổ giấy lớn hơn.",
            "too long for this paper",
        ),
    ],
)
def test_of_what_cannot_be_printed_it_is_said_why_and_what_helps(centre, zebra, recipient, vi, en):
    told = {"name": "Bà Hoa", "address": "1 Lý Bôn", **recipient}
    long = {} if recipient else {"carrier": "by_hand", "tracking_number": "X" * 39 + "1"}
    bad = centre.a_parcel(recipient=told, **long)

    [why] = print_on(centre, parcels=[bad]).unprintable.items()
    assert why[0] == bad
    assert bad in why[1][0]
    assert vi in why[1][0]
    assert bad in why[1][1]
    assert en in why[1][1]
    assert "Hoa" not in "".join(why[1])


def test_what_somebody_else_prints_meanwhile_is_not_printed_twice(centre, zebra):
    number, parcels = a_handover(centre, 2 * CHUNK)

    def another_clerk(done, total):
        if done == CHUNK:
            centre.post("/labels", {"parcels": parcels[CHUNK : CHUNK + 5]})

    form = PrintsForm(printer="Zebra", handover=number)
    outcome = asyncio.run(
        batches.print_labels(centre.house, form, by=centre.lan, on_progress=another_clerk)
    )
    assert (outcome.printed, outcome.already, outcome.left) == (2 * CHUNK - 5, 5, [])
    assert numbers_on(zebra.jobs) == parcels[:CHUNK] + parcels[CHUNK + 5 :]


def both_print(centre, **asked):
    """Let two clerks press the button at the same moment."""
    form = PrintsForm.model_validate({"printer": "Zebra", **asked})

    async def pressed():
        return await asyncio.gather(
            *(batches.print_labels(centre.house, form, by=centre.lan) for _ in range(2))
        )

    return asyncio.run(pressed())


def test_two_clerks_who_print_a_list_at_once_print_each_label_once(any_centre):
    number, parcels = a_handover(any_centre, CHUNK + 2)
    with machine() as zebra:
        put_up(any_centre, address=zebra.address)
        outcomes = both_print(any_centre, handover=number)

    assert sorted(numbers_on(zebra.jobs)) == sorted(parcels)
    assert [o.printed + o.already for o in outcomes] == [CHUNK + 2] * 2
    assert {n.copy_number for n in notes(any_centre)} == {1}


def test_of_two_who_print_a_label_again_at_once_each_gets_another_copy(any_centre):
    number = any_centre.a_parcel()
    with machine() as zebra:
        put_up(any_centre, address=zebra.address)
        both_print(any_centre, parcels=[number], again=True)

    assert len({bytes(job) for job in zebra.jobs}) == 2
    assert sorted(n.copy_number for n in notes(any_centre)) == [1, 2]


def test_an_old_list_prints_its_own_parcel_though_the_number_has_come_back(centre, zebra):
    number, [parcel] = a_handover(centre, 1)
    old = centre.database.read_now(lambda s: views.find_parcel(s, parcel, scope=EVERYTHING)).id
    centre.tell(centre.an_event(parcel, "accepted"), centre.an_event(parcel, "delivered"))
    centre.clock.pass_(days=400)
    assert centre.a_parcel(tracking_number=parcel) == parcel

    assert print_on(centre, handover=number).printed == 1
    assert [n.parcel_id for n in notes(centre)] == [old]
    assert print_on(centre, parcels=[parcel]).printed == 1, "the new one has no label yet"


# How much at once


def test_a_slow_printer_has_time_for_a_whole_job():
    slowest = 3.0  # seconds for each label
    assert CHUNK * slowest < network_printer.TIMEOUTS.stall
    assert CHUNK * slowest < batches.LAST_JOB
    assert OF_A_REQUEST + batches.LAST_JOB < 60, "proxies wait for a minute"


# What may be asked


def test_sheets_are_filled_before_the_next_is_begun(centre, tmp_path, monkeypatch):
    fake_lp(tmp_path / "bin", script=f'cat "{tmp_path}/bin/fed" >> "{tmp_path}/bin/all"')
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
    put_up(centre, "Laser", kind="lp", address="van-phong", media="a4-8")
    number, parcels = a_handover(centre, 20)

    outcome = print_on(centre, "Laser", handover=number, skip=3)
    assert outcome.printed == 20
    pages = seen((tmp_path / "bin" / "fed").read_bytes(), "pdf", MEDIA["a4-8"])
    # 16 stickers at once: 13 after three that were used up, then the other seven.
    assert len(pages) == 1
    assert {c for c in codes(pages[0]) if not c.startswith("http")} == set(parcels[13:])


def test_an_offset_moves_all_that_a_printer_prints(centre):
    number = centre.a_parcel()
    with machine() as straight, machine() as askew:
        put_up(centre, "Thẳng", address=straight.address)
        put_up(centre, "Lệch", address=askew.address, offset_x=1.5, offset_y=-0.5)
        print_on(centre, "Thẳng", parcels=[number])
        centre.database.write_now(lambda s: [s.delete(n) for n in s.exec(select(PrintedLabel))])
        print_on(centre, "Lệch", parcels=[number])

    [here], [there] = (seen(m.jobs[0], "zpl", MEDIA["100x50"]) for m in (straight, askew))
    left, top, *_ = inked(here)
    assert inked(there)[:2] == (left + 12, top - 4)


def inked(page):
    return ImageChops.invert(page.convert("L")).getbbox()


def test_a_printer_prints_for_its_own_office(centre, zebra):
    stranger = Caller("staff:9", Role.DESK, centre.lan.office_id + 1)
    with pytest.raises(NotFound):
        print_on(centre, by=stranger, parcels=[centre.a_parcel()])
    assert zebra.jobs == []


@pytest.mark.parametrize("medium", ["a4-24", "100x50-300"])
def test_a_label_printer_gets_no_paper_that_it_cannot_print_on(centre, zebra, medium):
    with pytest.raises(Invalid) as refused:
        print_on(centre, parcels=[centre.a_parcel()], media=medium)

    assert [fault.field for fault in refused.value.faults] == ["media"]
    assert (zebra.jobs, notes(centre)) == ([], [])


@pytest.mark.parametrize(
    ("asked", "slug"),
    [
        ({}, "nothing-to-print"),
        ({"parcels": ["EE123456785VN"], "day": "2026-11-23"}, "labels-asked-for-twice"),
        ({"handover": "BK-261123-0001", "day": "2026-11-23"}, "labels-asked-for-twice"),
        ({"parcels": ["EE123456785VN"]}, "no-such-parcel"),
        ({"handover": "BK-261123-0099"}, "no-such-handover"),
        ({"day": "2026-11-23", "media": "papyrus"}, "invalid-form"),
        ({"day": "2026-11-23", "printer": "Không có"}, "no-such-printer"),
        ({"day": "2026-11-23", "printer": "Trình duyệt"}, "printer-of-the-browser"),
    ],
)
def test_what_cannot_be_printed_is_refused(centre, zebra, asked, slug):
    put_up(centre, "Trình duyệt", kind="browser", media="a4-24")
    with pytest.raises((Invalid, NotFound)) as refused:
        print_on(centre, **asked)

    assert refused.value.slug == slug
    assert zebra.jobs == []
