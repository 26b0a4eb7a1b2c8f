"""A citizen is told of what matters, once, and the desk sees what became of it."""


def test_whoever_gave_an_address_is_told_that_the_dossier_was_received(telling):
    code = telling.a_dossier()
    telling.work()

    [mail] = telling.mail.taken
    assert mail["to"] == "hoa@example.vn"
    assert mail["subject"] == f"[{code}] Đã tiếp nhận hồ sơ"
    text = mail.get_content()
    assert f"Mã hồ sơ: {code}" in text
    assert "Đổi giấy phép lái xe ô tô" in text
    assert "/t/" in text
    assert "Hoa" not in text
    assert "0912345678" not in text

    [notice] = telling.notices(code)
    assert (notice["event"], notice["state"], notice["channel"]) == ("received", "sent", "email")
    assert [one["state"] for one in notice["attempts"]] == ["sent"]


def test_nobody_is_told_without_a_channel_and_not_later_on_either(telling):
    telling.by()
    code = telling.a_dossier()
    telling.work()
    telling.by("email")
    telling.work()

    assert telling.mail.taken == []
    assert telling.notices(code) == []


def test_whoever_gave_no_address_is_told_nothing(telling):
    code = telling.a_dossier(email="")
    telling.work()

    assert telling.notices(code) == []


def test_what_was_told_is_told_again_only_if_a_person_asks(telling):
    code = telling.a_dossier()
    telling.work()
    telling.work()
    assert len(telling.mail.taken) == 1

    answer = telling.again(code)
    assert answer.status_code == 202, answer.text
    assert answer.json()["state"] == "queued"
    telling.work()
    assert len(telling.mail.taken) == 2
    assert [one["state"] for one in telling.notices(code)[0]["attempts"]] == ["sent", "sent"]
