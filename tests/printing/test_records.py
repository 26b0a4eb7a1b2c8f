"""Which printers an office has, and what cannot be one."""

import pytest
from pydantic import ValidationError

from postal_tracker.access import EVERYTHING, Caller, Role
from postal_tracker.core.problems import Conflict, Invalid, NotFound
from postal_tracker.printing import devices
from postal_tracker.printing.devices import PrinterForm
from tests.centre import Centre

ZEBRA = {
    "name": "Zebra quầy 1",
    "office": "H49.12",
    "kind": "zpl_tcp",
    "address": "192.168.1.40:9100",
    "media": "100x150",
}


def add(centre, **told):
    form = PrinterForm.model_validate({**ZEBRA, **told})
    return centre.database.write_now(
        lambda s: devices.add(
            s,
            form,
            centre.house.media,
            allowed=centre.house.printer_networks,
            scope=EVERYTHING,
            now=centre.clock(),
        )
    )


def names(centre, scope=EVERYTHING):
    return [p.name for p in centre.database.read_now(lambda s: devices.within(s, scope))]


def test_a_printer_is_added_seen_and_removed(any_centre):
    add(any_centre, offset_x=1.5)
    seen = any_centre.database.read_now(
        lambda s: devices.view(
            s, devices.find(s, "Zebra quầy 1", scope=EVERYTHING), with_address=True
        )
    )

    assert (seen.office, seen.address, seen.dpi) == ("H49.12", "192.168.1.40:9100", 203)
    assert (seen.offset_x, seen.offset_y) == (1.5, 0.0)
    any_centre.database.write_now(lambda s: devices.remove(s, "Zebra quầy 1", scope=EVERYTHING))
    assert names(any_centre) == []


def test_a_name_is_one_printers_only(centre):
    add(centre)
    with pytest.raises(Conflict):
        add(centre, office="H49.12.01")


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254:80", "[fd00:ec2::254]:80", "127.0.0.2:9100", "203.0.113.7:9100", "[::1]:80"],
)
def test_a_printer_that_stands_elsewhere_is_refused(centre, address):
    with pytest.raises(Invalid) as refused:
        add(centre, address=address)

    assert "POSTAL_PRINTER_NETWORKS" in str(refused.value.__dict__)
    assert names(centre) == []


def test_an_office_that_is_none_has_no_printer(centre):
    with pytest.raises(NotFound):
        add(centre, office="H99.99")


def test_an_office_finds_its_own_printers_only(centre):
    add(centre)
    add(centre, name="Zebra phường", office="H49.12.01")
    ward = centre.database.read_now(lambda s: devices.find(s, "Zebra phường", scope=EVERYTHING))
    clerk = Caller("staff:9", Role.DESK, ward.office_id)

    assert names(centre, clerk.scope) == ["Zebra phường"]
    assert names(centre, centre.lan.scope) == ["Zebra quầy 1", "Zebra phường"]
    with pytest.raises(NotFound):
        centre.database.read_now(lambda s: devices.find(s, "Zebra quầy 1", scope=clerk.scope))


def test_an_office_prints_on_what_lies_in_its_browsers_printer(centre):
    here = centre.lan.office_id
    add(centre)
    assert centre.database.read_now(lambda s: devices.browser_of(s, here)) is None
    add(centre, name="Máy in phòng", kind="browser", address="", media="a4-24")
    assert centre.database.read_now(lambda s: devices.browser_of(s, here)).medium == "a4-24"
    assert centre.database.read_now(lambda s: devices.browser_of(s, None)) is None


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"address": "192.168.1.40"}, "address"),
        ({"address": "192.168.1.40:70000"}, "address"),
        ({"address": "http://192.168.1.40:9100/"}, "address"),
        ({"kind": "lp", "address": "-o raw"}, "address"),
        ({"kind": "lp", "address": ""}, "address"),
        ({"kind": "browser"}, "address"),
        ({"media": "papyrus"}, "media"),
        ({"media": "a4-24"}, "media"),
        ({"dpi": 300}, "media"),
    ],
)
def test_what_cannot_print_is_refused_by_its_field(centre, told, field):
    with pytest.raises(Invalid) as refused:
        add(centre, **told)

    [fault] = refused.value.faults
    assert fault.field == field
    assert not fault.vi.isascii()
    assert names(centre) == []


@pytest.mark.parametrize(
    "told",
    [
        {"dpi": 149},
        {"dpi": 1201},
        {"offset_x": 5.1},
        {"offset_y": -5.1},
        {"offset_x": float("nan")},
        {"offset_y": float("inf")},
        {"name": ""},
        {"name": "x" * 61},
        {"kind": "fax"},
        {"address": "x" * 301},
        {"colour": "red"},
    ],
)
def test_every_bound_is_kept(told):
    with pytest.raises(ValidationError):
        PrinterForm.model_validate({**ZEBRA, **told})


def test_a_centres_own_medium_can_lie_in_a_printer(sqlite_url, tmp_path):
    file = tmp_path / "media.toml"
    file.write_text("[nhan-quang-trung]\nwidth=80\nheight=60\ndpi=203\nmargin=2\n")
    with Centre(sqlite_url, media_file=file) as centre:
        assert add(centre, media="nhan-quang-trung").dpi == 203
