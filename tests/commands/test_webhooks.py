"""Which other systems are told of changes is listed from the command line, too."""

import json


def test_webhooks_are_listed_without_their_keys(run, furnished):
    new = {"url": "https://portal.example.vn/hooks", "types": ["dossier.stage_changed"]}
    secret = furnished.post("/webhooks", new, role="admin").json()["secret"]

    told = run("webhooks", "list", "--json")

    [one] = json.loads(told.stdout)
    assert (one["url"], one["state"]) == (new["url"], "active")
    assert secret not in told.stdout
