"""The rehearsal centre from the command line."""

import logging
from pathlib import Path
from typing import Annotated

import typer

from postal_tracker.commands import log_lines
from postal_tracker.commands.terminal import Language, language, load_settings, sentences
from postal_tracker.settings import Settings

OWN_RECORD = Path("data/demo.db")


def demo(
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Throw away the last rehearsal centre and start anew.")
    ] = False,
    database: Annotated[
        Path | None,
        typer.Option(
            help="Its record, a SQLite file. Default: POSTAL_DATABASE_URL or data/demo.db."
        ),
    ] = None,
    lang: Language = "vi",
) -> None:
    """A rehearsal centre with five weeks of sample dossiers, moving before your eyes.

    Everything in it is invented, and it runs on this machine alone. Sign-ins and keys are printed
    and stand in data/demo.json. Ctrl-C ends it; the next start goes on. Its record is marked, and
    `serve` refuses it. Commands that are to act on it are given its POSTAL_DATABASE_URL.
    """
    from postal_tracker.demo import centre

    spoken = language(lang)
    settings = _without_https(_with_record_of_its_own(load_settings(), database))
    log_lines.configure(logging.WARNING)
    with sentences():
        centre.run(settings, fresh=fresh, lang=spoken)


def _without_https(settings: Settings) -> Settings:
    """Return the settings without the service's certificate: nothing here needs hiding."""
    if settings.tls_cert_file is None:
        return settings
    bare = {"tls_cert_file": None, "tls_key_file": None, "secure_cookies": False}
    return settings.model_copy(update=bare)


def _with_record_of_its_own(settings: Settings, file: Path | None) -> Settings:
    """Return the settings with the record that is asked for, never the service's by default."""
    if file is None and "database_url" in settings.model_fields_set:
        return settings
    return settings.model_copy(update={"database_url": f"sqlite:///{file or OWN_RECORD}"})
