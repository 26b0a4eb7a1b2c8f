"""A dossier's page says how long the post had it."""


def test_the_page_says_how_long_the_post_had_it_and_whether_it_has_it_now(centre, lan):
    code = centre.a_dossier()
    assert "Thời gian ở bưu chính" not in lan.opens(f"/desk/dossiers/{code}").text
    number = centre.a_parcel(code)
    centre.tell(centre.an_event(number, "accepted"))
    centre.clock.pass_(minutes=10)
    page = lan.opens(f"/desk/dossiers/{code}").text
    assert "<dt>Thời gian ở bưu chính</dt><dd>10 phút · đang gửi</dd>" in page
    centre.tell(centre.an_event(number, "delivered"))
    centre.clock.pass_(minutes=10)

    page = lan.opens(f"/desk/dossiers/{code}?lang=en").text
    assert "<dt>Time with the post</dt><dd>10 minutes</dd>" in page
