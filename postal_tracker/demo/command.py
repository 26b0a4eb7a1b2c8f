"""The rehearsal centre from the command line."""

import logging
from typing import Annotated

import typer

from postal_tracker.commands import log_lines
from postal_tracker.commands.terminal import Language, language, load_settings, sentences


def demo(
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Throw away the last rehearsal centre and start anew.")
    ] = False,
    lang: Language = "vi",
) -> None:
    """A rehearsal centre with five weeks of sample dossiers, moving before your eyes.

    Everything in it is invented, and it runs on this machine alone. Sign-ins and keys are printed
    and stand in data/demo.json. Ctrl-C ends it; the next start goes on.
    """
    from postal_tracker.demo import centre

    spoken = language(lang)
    settings = load_settings()
    log_lines.configure(logging.WARNING)
    with sentences():
        centre.run(settings, fresh=fresh, lang=spoken)
