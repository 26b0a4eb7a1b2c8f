"""The power is cut, at any moment; whoever was told "recorded" must find it kept, once and whole.

The service's every write and sync is recorded while clients tell of scans. From the record its
files are made anew as a disk may hold them after a cut: what was synced is there, of the rest
anything may be missing. A service or a disk that loses something must be found out, too.
"""

import shutil

import pytest

from tests.durability.power_cut import Disk
from tests.durability.record import lasting, recorded
from tests.durability.recorder import recorder

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

CUTS = 1_000
PART = 20
FEW = 40
"""So many must do to find a fault."""

ANSWERS = (250, 250)
"""In each life of the service."""


@pytest.fixture(scope="module")
def build(tmp_path_factory, migrated_sqlite):
    """Return a way to record a service on an empty database of its own."""

    def record(answers, fault=""):
        folder, beside = tmp_path_factory.mktemp("record"), tmp_path_factory.mktemp("beside")
        shutil.copy(migrated_sqlite, folder / "postal.db")
        url = f"sqlite:///{folder / 'postal.db'}"
        return recorded(recorder(folder, beside), url, answers, fault)

    return record


@pytest.fixture(scope="module")
def record(build):
    return build(ANSWERS)


def test_what_was_answered_outlives_a_cut_of_the_power(record, tmp_path, share):
    cuts = share.drawn(range(CUTS), PART)

    assert all(record.places)
    assert list(record.losses(cuts, Disk.of(record.before), tmp_path / "disk")) == []


def test_all_that_was_done_is_in_the_record(record):
    disk = Disk.of(record.before).take_all(record.steps)

    assert lasting(disk.whole()) == record.after


@pytest.mark.parametrize("fault", ["hasty", "lax", "careless"])
def test_a_service_that_loses_what_it_answered_is_found_out(build, tmp_path, fault):
    record = build(ANSWERS[:1], fault)

    losses = list(record.losses(range(FEW), Disk.of(record.before), tmp_path / "disk"))

    assert any("lost" in loss for loss in losses)


def test_a_disk_that_loses_what_was_synced_is_found_out(record, tmp_path):
    forgetful = Disk.of(record.before, honours_syncs=False)

    losses = list(record.losses(range(FEW), forgetful, tmp_path / "disk"))

    assert any("lost" in loss for loss in losses)
