"""A channel that fails for many is paused, and the administrator is told."""

from datetime import timedelta

from postal_tracker.storage.tables import NoticeChannel


def test_the_administrator_is_told_which_channel_is_paused_until_it_goes_on(visitor, centre):
    quan, at = visitor("quan"), centre.clock()
    until = at + timedelta(minutes=5)
    paused = NoticeChannel(name="sms", free_at=at, failures=10, paused_until=until)
    assert "đang tạm dừng" not in quan.opens("/desk/admin").text
    centre.database.write_now(lambda session: session.add(paused))

    assert "Kênh thông báo SMS đang tạm dừng" in quan.opens("/desk/admin").text
    centre.clock.pass_(minutes=6)
    assert "đang tạm dừng" not in quan.opens("/desk/admin").text
