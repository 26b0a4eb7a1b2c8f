"""What a service keeps beside its record is its owner's alone, and it makes what it needs."""

import re
import stat

import httpx
import pytest

from postal_tracker.commands.own_files import own_key_file, with_own_key
from postal_tracker.commands.readying import give_own_key
from postal_tracker.house import House
from postal_tracker.settings import Settings
from postal_tracker.storage import private
from tests.commands.running import a_port, command, ended, started, until


def mode(file):
    return stat.S_IMODE(file.stat().st_mode)


@pytest.mark.slow
def test_a_first_start_makes_a_key_says_where_to_begin_and_keeps_all_to_itself(tmp_path):
    data = tmp_path / "data"
    with a_port() as port, started(tmp_path, "serve", POSTAL_PORT=str(port)) as service:
        said = tmp_path / "said.txt"
        until(lambda: "/first-admin/" in said.read_text(encoding="utf-8"))
        [address] = re.findall(r"http://\S+/first-admin/\w+", said.read_text(encoding="utf-8"))
        until(lambda: httpx.get(address).status_code == 200)
        private = [f for f in data.iterdir() if f.name.startswith(("postal.db", "secret.key"))]
        assert {f.name for f in private} >= {"postal.db", "postal.db-wal", "secret.key"}
        assert {f.name: oct(mode(f)) for f in private if mode(f) & 0o077} == {}
        ended(service)
    key = (data / "secret.key").read_text(encoding="utf-8")
    (data / "postal.db").chmod(0o644)
    with started(tmp_path, "serve", POSTAL_PORT=str(port)) as service:
        until(lambda: said.read_text(encoding="utf-8").count(address) == 2)
        until(lambda: "now its owner alone can" in said.read_text(encoding="utf-8"))
        assert mode(data / "postal.db") == 0o600
        ended(service)
    assert (data / "secret.key").read_text(encoding="utf-8") == key
    assert key.strip() not in said.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_backup_is_its_owners_alone(tmp_path):
    assert command(tmp_path, "migrate").returncode == 0
    told = command(tmp_path, "backup", "copy.db")

    assert told.returncode == 0, told.stderr
    assert mode(tmp_path / "copy.db") == 0o600


def a_house(folder):
    return House(Settings(_env_file=None, database_url=f"sqlite:///{folder}/postal.db"))


def test_an_empty_record_is_given_a_key_of_its_own_and_keeps_it(tmp_path):
    house = a_house(tmp_path)
    give_own_key(house)
    made = own_key_file(house.settings)
    again = with_own_key(a_house(tmp_path).settings)

    assert mode(made) == 0o600
    assert len(house.secret) > 60
    assert again.secret_key.get_secret_value() == house.secret


def test_a_record_with_dossiers_is_given_none(centre):
    """Its receipts are signed with another."""
    centre.a_dossier()
    none = centre.settings.model_copy(update={"secret_key": Settings(_env_file=None).secret_key})
    centre.house.settings = none
    give_own_key(centre.house)

    assert not own_key_file(none).exists()


def test_what_others_could_read_is_taken_from_them_once(tmp_path):
    open_, own = tmp_path / "open", tmp_path / "own"
    open_.write_text("x")
    open_.chmod(0o644)
    private.write_new(own, "x")

    assert [private.mended(f) for f in (open_, open_, own, tmp_path / "none")] == [
        *(True, False, False, False)
    ]
    assert (mode(open_), mode(own)) == (0o600, 0o600)
    with pytest.raises(FileExistsError):
        private.write_new(own, "y")
