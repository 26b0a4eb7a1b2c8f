"""From the page of what must go today to the parcel that ends it."""


def test_a_clerk_goes_from_the_list_to_the_parcel_with_the_dossier_in_it(centre, lan):
    code = centre.a_dossier()
    page = lan.opens("/desk/reports/to-forward").text
    address = f"/desk/parcels/new?dossier={code}&direction=to_authority"

    assert address.replace("&", "&amp;") in page
    assert "9 giờ 0 phút" in page
    assert "9 h 0 min" in lan.opens("/desk/reports/to-forward?lang=en").text
    assert code in lan.opens(address).text


def test_a_manager_reads_what_is_to_be_done(centre, minh):
    centre.a_dossier()
    page = minh.opens("/desk/reports/to-forward").text

    assert "Niêm phong vào bưu gửi" in page
    assert "/desk/parcels/new?" not in page
