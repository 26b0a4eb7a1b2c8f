"""Nobody is served in the clear by accident: what `serve` asks for before it listens to others."""

import re
import ssl
import subprocess

import pytest
import uvicorn

from postal_tracker.commands.https import check_listening, is_in_the_clear, uvicorn_options
from postal_tracker.settings import Settings, UnsafeSettings

SECRET = "0123456789abcdef0123456789abcdef"

ELSEWHERE = ["0.0.0.0", "::", "192.168.1.10", "fd00::10", "postal.lan"]
HERE = ["127.0.0.1", "127.0.0.53", "::1", "localhost"]


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    """Two certificates with their keys, the second key locked, and a file that is neither."""
    folder = tmp_path_factory.mktemp("pairs")
    new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-subj", "/CN=postal.lan"]
    for name, lock in {
        "one": ["-nodes"],
        "other": ["-nodes"],
        "locked": ["-passout", "pass:x"],
    }.items():
        files = ["-keyout", f"{name}.key", "-out", f"{name}.crt"]
        subprocess.run([*new, *lock, *files], cwd=folder, check=True, capture_output=True)
    (folder / "words.txt").write_text("Giấy chứng nhận")
    return folder


def settings(**given):
    return Settings(_env_file=None, secret_key=SECRET, **given)


@pytest.mark.parametrize("host", ELSEWHERE)
def test_beyond_this_machine_plain_http_must_be_wanted(run, monkeypatch, host):
    monkeypatch.setenv("POSTAL_SECRET_KEY", SECRET)
    monkeypatch.setenv("POSTAL_HOST", host)

    told = run("serve")
    assert told.exit_code == 2
    for way in ("POSTAL_TLS_CERT_FILE", "POSTAL_BEHIND_PROXY", "POSTAL_PLAIN_HTTP"):
        assert way in told.stderr


@pytest.mark.parametrize("host", HERE)
def test_on_this_machine_nobody_listens_in(host):
    check_listening(settings(host=host))

    assert not is_in_the_clear(settings(host=host))


@pytest.mark.parametrize(
    ("given", "is_warned"), [({"plain_http": True}, True), ({"behind_proxy": True}, False)]
)
def test_who_says_so_goes_without_and_is_warned_unless_a_proxy_stands_before_it(given, is_warned):
    wanted = settings(host="0.0.0.0", **given)
    check_listening(wanted)

    assert is_in_the_clear(wanted) is is_warned
    assert wanted.secure_cookies is not is_warned


def test_with_a_certificate_cookies_are_for_https_alone(pairs):
    given = {"tls_cert_file": pairs / "one.crt", "tls_key_file": pairs / "one.key"}
    wanted = settings(host="0.0.0.0", **given)
    check_listening(wanted)

    assert not is_in_the_clear(wanted)
    assert wanted.secure_cookies
    assert wanted.address == "https://0.0.0.0:8000"


def test_only_todays_tls_is_spoken(pairs):
    wanted = settings(tls_cert_file=pairs / "one.crt", tls_key_file=pairs / "one.key")
    config = uvicorn.Config(lambda: None, **uvicorn_options(wanted))
    config.load()
    ways = config.ssl

    assert ways.minimum_version >= ssl.TLSVersion.TLSv1_2
    for cipher in ways.get_ciphers():
        assert re.match(r"TLS_|ECDHE-|DHE-", cipher["name"])  # forward secrecy
        assert cipher["strength_bits"] >= 128


def test_files_are_named_in_the_environment_as_they_are(pairs, monkeypatch):
    """Elsewhere NAME_FILE stands for the content of NAME."""
    monkeypatch.setenv("POSTAL_TLS_CERT_FILE", str(pairs / "one.crt"))
    monkeypatch.setenv("POSTAL_TLS_KEY_FILE", str(pairs / "one.key"))

    assert Settings(_env_file=None).tls_key_file == pairs / "one.key"


@pytest.mark.parametrize(
    ("certificate", "key", "said"),
    [
        ("one.crt", None, "both"),
        (None, "one.key", "both"),
        ("one.crt", "other.key", "no certificate with its key"),
        ("locked.crt", "locked.key", "without a password"),
        ("one.key", "one.crt", "no certificate with its key"),
        ("words.txt", "one.key", "no certificate with its key"),
        ("absent.crt", "one.key", "No such file"),
        ("one.crt", "absent.key", "No such file"),
        (".", "one.key", "Is a directory"),
    ],
)
def test_a_certificate_that_would_not_do_is_refused_before_anything_starts(
    pairs, certificate, key, said
):
    with pytest.raises(UnsafeSettings, match=said):
        check_listening(
            settings(
                tls_cert_file=certificate and pairs / certificate,
                tls_key_file=key and pairs / key,
            )
        )
