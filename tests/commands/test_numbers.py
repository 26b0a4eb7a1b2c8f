"""Number ranges from the command line."""

import json


def test_the_command_line_enters_and_lists_them(run, furnished):
    asked = "numbers add --carrier vnpost --indicator EE --first 1 --last 3"
    told = run(*asked.split())
    assert told.exit_code == 0, told.stderr
    assert "3 numbers" in told.stderr
    again = run(*asked.split())
    assert (again.exit_code, "overlaps" in again.stderr) == (1, True)

    ranges = json.loads(run("numbers", "list", "--json").stdout)
    assert [r["left"] for r in ranges if r["carrier"] == "vnpost"] == [3]
