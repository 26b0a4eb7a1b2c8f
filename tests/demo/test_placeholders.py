"""The rehearsal centre's catalogue counts as the article does, and says which rows are invented."""

from datetime import date

import pytest
from sqlmodel import func, select

from postal_tracker.demo.catalogue import load_sample_catalogue
from postal_tracker.demo.placeholders import fill_up
from postal_tracker.reports.catalogue import sentence
from postal_tracker.storage.database import Database
from postal_tracker.storage.tables import Procedure

SENTENCE = (
    "321 thủ tục: 233 của địa phương và 88 của ngành dọc (thuế 29, bảo hiểm xã hội 39, công an 20)"
    "; 5 thủ tục khác ở tiếp công dân và thanh tra; trực tuyến 164/233 (31 của cấp xã). Một cửa "
    "hiện đại ở 11/11 phường, xã trước khi sắp xếp."
)


@pytest.fixture
def database(database_url):
    database = Database(database_url)
    database.write_now(load_sample_catalogue)
    yield database
    database.close()


def test_the_sample_catalogue_filled_up_says_what_the_article_says(database):
    for _ in range(2):  # the second time nothing is lacking
        database.write_now(fill_up)

    today = date(2026, 11, 27)
    assert database.read_now(lambda s: sentence(s, today, "vi")) == SENTENCE


def test_every_row_whose_name_is_invented_is_marked(database):
    database.write_now(fill_up)

    by_status = select(Procedure.data_status, func.count()).group_by(Procedure.data_status)
    counts = dict(database.read_now(lambda s: s.exec(by_status).all()))
    assert counts == {"sample": 31, "placeholder": 295}
