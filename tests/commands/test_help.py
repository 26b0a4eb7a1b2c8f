"""Every command says what it does and what its options are."""

import re

import typer.main
from typer.testing import CliRunner

from postal_tracker.__main__ import app


def commands():
    def below(command, *names):
        yield names, command
        for name, each in getattr(command, "commands", {}).items():
            yield from below(each, *names, name)

    return list(below(typer.main.get_command(app)))


def test_every_command_can_be_asked_for_help():
    for names, command in commands():
        told = CliRunner().invoke(app, [*names, "--help"])

        assert told.exit_code == 0, names
        assert command.help, names


def test_every_option_says_what_it_is_for():
    silent = [
        (names, parameter.name)
        for names, command in commands()
        for parameter in command.params
        if not getattr(parameter, "help", None)
    ]

    assert silent == []


def test_what_the_contract_promises_is_there():
    there = {" ".join(names) for names, _ in commands()}

    promised = """demo, serve, worker, rehearsal, migrate, replay, verify, backup, restore,
        staff add, staff list, staff disable, staff enable, staff reset,
        keys create, keys list, keys revoke, numbers add, numbers list,
        import dossiers, import procedures, import offices, labels, track,
        carriers list, carriers check, notices test,
        webhooks list"""
    assert {" ".join(name.split()) for name in promised.split(",")} - there == set()


def test_a_wrong_word_ends_with_two():
    assert CliRunner().invoke(app, ["fly"]).exit_code == 2
    assert CliRunner().invoke(app, ["serve", "--workers", "none"]).exit_code == 2


def test_the_tracker_says_which_version_it_is():
    told = CliRunner().invoke(app, ["--version"])

    assert told.exit_code == 0
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", told.stdout)
