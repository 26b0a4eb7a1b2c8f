"""What a cut of the power may leave: the states that stories try are those of real disks."""

from random import Random

import pytest

from tests.durability.power_cut import SECTOR, Disk, Step, lost, reordered, torn

OLD, NEW, NEWER = (bytes([n]) * 4 * SECTOR for n in (1, 2, 3))


def write(data, offset=0):
    return Step("write", "record", offset, data, 0)


def done(what, name="record", size=0):
    return Step(what, name, size, b"", 0)


def disk(*steps, **how):
    return Disk.of({"record": OLD}, **how).take_all(steps)


def states(*steps, **how):
    """Return every state that some of many cuts leave."""
    made = disk(*steps, **how)
    return [made.after_a_cut(Random(n)) for n in range(200)]


def contents(*steps, **how):
    return {state["record"] for state in states(*steps, **how)}


def test_what_was_synced_is_there_after_any_cut():
    assert contents(write(NEW), done("sync")) == {NEW}


def test_another_files_sync_is_no_help():
    assert OLD in contents(write(NEW), done("sync", "."), done("sync", "other"))


def test_what_was_not_synced_may_be_lost_or_kept_or_torn_at_a_sector():
    found = contents(write(NEW))
    sectors = {state[n : n + SECTOR] for state in found for n in range(0, len(state), SECTOR)}

    assert {OLD, NEW} < found
    assert sectors == {OLD[:SECTOR], NEW[:SECTOR]}


def test_a_write_that_begins_within_a_sector_is_torn_at_the_disks_own_bounds():
    kept = torn(Random(0), [write(NEW, offset=100)], 1)

    assert [(step.offset, len(step.data)) for step in kept] == [
        (100, SECTOR - 100),
        (SECTOR, SECTOR),
        (2 * SECTOR, SECTOR),
        (3 * SECTOR, SECTOR),
        (4 * SECTOR, 100),
    ]


def test_a_later_write_may_be_there_without_the_earlier():
    assert OLD[:SECTOR] + NEWER[:SECTOR] + OLD[: 2 * SECTOR] in contents(
        write(NEW[:SECTOR]), write(NEWER[:SECTOR], offset=SECTOR)
    )


@pytest.mark.parametrize("fate", [lost, torn, reordered])
def test_any_share_of_what_waits_may_be_kept(fate):
    steps = [write(NEW[:SECTOR], offset=n * SECTOR) for n in range(100)]
    counts = {share: len(fate(Random(0), steps, share)) for share in (0, 0.5, 1)}

    assert counts[0] == 0
    assert 30 < counts[0.5] < 70
    assert counts[1] == 100


def test_what_was_not_written_of_a_longer_file_is_empty():
    assert OLD + bytes(SECTOR) + NEW in contents(write(NEW, offset=len(OLD) + SECTOR))


def test_a_file_may_be_long_again_after_a_cut_until_it_is_synced():
    cut_off = done("truncate", size=SECTOR)

    assert contents(cut_off) == {OLD, OLD[:SECTOR]}
    assert contents(cut_off, done("sync")) == {OLD[:SECTOR]}


@pytest.mark.parametrize(
    ("what", "name", "before", "after"),
    [
        ("create", "log", {"record"}, {"record", "log"}),
        ("unlink", "record", {"record"}, set()),
    ],
)
def test_a_name_stays_as_it_was_until_its_folder_is_synced(what, name, before, after):
    left = [set(state) for state in states(done(what, name))]
    for_good = [set(state) for state in states(done(what, name), done("sync", "."))]

    assert before in left
    assert after in left
    assert all(names == after for names in for_good)


def test_a_file_made_again_has_nothing_of_the_one_before():
    steps = done("unlink"), done("create"), write(NEW[:SECTOR]), done("sync"), done("sync", ".")

    assert contents(*steps) == {NEW[:SECTOR]}


def test_a_file_has_its_old_name_or_its_new_one_never_both_or_none():
    renamed = Step("rename", "draft", 0, b"record", 0)
    steps = (done("create", "draft"), done("sync", "."), renamed)

    assert {tuple(sorted(state.items())) for state in states(*steps)} == {
        (("draft", b""), ("record", OLD)),
        (("record", b""),),
    }
    assert contents(*steps, done("sync", ".")) == {b""}


def test_a_disk_that_honours_no_sync_may_lose_anything():
    assert OLD in contents(write(NEW), done("sync"), honours_syncs=False)


def test_while_the_power_is_on_everything_is_there():
    made = disk(write(NEW), done("sync"), write(NEWER[:SECTOR]), done("create", "log"))

    assert made.whole() == {"record": NEWER[:SECTOR] + NEW[SECTOR:], "log": b""}
