"""What browsers are told to keep to: headers of each answer, one host's cookies, clean leaving."""

import re
from base64 import b32decode

import pytest

from postal_tracker.views import lookup
from postal_tracker.web.html.searches import token_of
from tests.centre import HOOK_SECRET, Centre
from tests.web.conftest import Visitor, employ

SECRET = "0123456789abcdef0123456789abcdef"

RULES = {
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
}
LOADED_FROM_HERE_ALONE = {"'none'", "'self'", "data:"}

ASKED = [
    ("GET", "/"),
    ("GET", "/desk"),
    ("GET", "/nowhere"),
    ("GET", "/static/mark.svg"),
    ("GET", "/static/nothing.js"),
    ("GET", "/favicon.ico"),
    ("GET", "/healthz"),
    ("GET", "/api/v1/dossiers"),
    ("GET", "/api/v1/reports/overdue?format=csv"),
    ("POST", "/api/v1/track"),
    ("DELETE", "/api/v1/track"),
    ("POST", f"/hooks/rehearsal/{HOOK_SECRET}"),
]


@pytest.fixture(scope="module")
def https(tmp_path_factory, migrated_sqlite):
    copy = tmp_path_factory.mktemp("https") / "https.db"
    copy.write_bytes(migrated_sqlite.read_bytes())
    with Centre(f"sqlite:///{copy}", secure_cookies=True) as made:
        employ(made, "lan")
        yield made


@pytest.fixture
def lan(https):
    visitor = Visitor(https)
    visitor.client.base_url = "https://testserver"
    visitor.signs_in("lan")
    return visitor


@pytest.mark.parametrize(("method", "path"), ASKED)
def test_every_kind_of_answer_says_what_a_browser_may_do_with_it(https, method, path):
    key = {"authorization": f"Bearer {https.keys['manager']}"}
    answer = https.client.request(method, path, headers={**key, "origin": "https://evil.example"})

    policy = answer.headers["content-security-policy"]
    told = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert {rule: answer.headers[rule] for rule in RULES} == RULES
    assert answer.headers["referrer-policy"] in ("no-referrer", "same-origin")
    assert {s for sources in told.values() for s in sources.split()} <= LOADED_FROM_HERE_ALONE
    for nothing in ("default-src", "object-src", "base-uri", "frame-ancestors"):
        assert told[nothing] == "'none'"
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["/static/mark.svg", "/static/scan_queue.js", "/", "/metrics"])
def test_a_text_says_in_which_letters_it_is_written(https, path):
    key = {"authorization": f"Bearer {https.keys['admin']}"}

    assert "charset=utf-8" in https.client.get(path, headers=key).headers["content-type"]


def cookies_of(answer):
    return {line.split("=")[0]: line for line in answer.headers.get_list("set-cookie")}


def test_over_https_no_other_host_can_set_a_cookie_of_ours(lan):
    set_ = cookies_of(lan.signs_in("lan"))
    set_ |= cookies_of(lan.opens("/desk/sign-in?lang=en"))
    set_ |= cookies_of(lan.sends("/desk/dossiers", {"q": "Nguyễn Thị Lan"}))
    set_ |= cookies_of(lan.sends("/desk/sign-out"))
    set_ |= cookies_of(lan.opens("/desk/sign-in"))

    kinds = {re.sub(r"search-\w+", "search", name) for name in set_}
    assert kinds == {f"__Host-{name}" for name in ("sid", "known", "lang", "search", "done")}
    for line in set_.values():
        assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(line.split("; "))
        assert "Domain" not in line


def test_what_was_kept_over_https_is_found_again(lan):
    lan.opens("/desk?lang=en")
    found = lan.sends("/desk/dossiers", {"q": "Nguyễn Thị Lan"}).headers["location"]

    assert '<html lang="en">' in lan.opens("/desk").text
    assert "Nguyễn Thị Lan" in lan.opens(found).text


def test_each_purpose_of_the_secret_key_signs_something_else():
    """Or the address of one thing could hold half of what proves another."""
    link = lookup.link_token("ABCDEFGHJKMNP", SECRET)[13:]
    first_bits = b32decode(link[:16]).hex()

    assert first_bits[:16] not in token_of("link:ABCDEFGHJKMNP", SECRET)


def test_signing_out_empties_what_the_browser_kept(lan):
    lan.sends("/desk/dossiers", {"q": "Nguyễn Thị Lan"})
    answer = lan.sends("/desk/sign-out")

    assert answer.headers["clear-site-data"] == '"storage"'
    assert set(lan.client.cookies) & {"__Host-sid"} == set()
    assert not [name for name in lan.client.cookies if "search" in name]


def test_a_password_is_hidden_and_may_be_filled_in_by_a_password_manager(lan):
    pages = [lan.opens(path).text for path in ("/desk/sign-in", "/desk/password")]
    fields = [f for f in re.findall(r"<input[^>]*>", "".join(pages)) if "password" in f]

    assert len(fields) == 4
    for field in fields:
        assert 'type="password"' in field
        assert re.search(r'autocomplete="(current|new)-password"', field)
        assert 'value=""' in field
        assert "onpaste" not in field


@pytest.mark.parametrize("path", ["/api/v1/dossiers/", "/api/v1/track/", "/desk/", "/healthz/"])
def test_an_address_with_a_slash_too_many_leads_nobody_to_plain_http(https, path):
    answer = https.client.post(path, follow_redirects=False)

    assert (answer.status_code, answer.headers.get("location")) == (404, None)
