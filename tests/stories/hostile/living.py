"""One seed lived from its first day to its last, and every claim made of it."""

import asyncio
import contextlib
from collections.abc import Iterator, Mapping

from pydantic import SecretStr

from postal_tracker.carriers.configured import Carriers
from postal_tracker.settings import CarrierSettings
from tests.centre import Centre
from tests.standins.all import STAND_INS
from tests.standins.standin import StandIn, served
from tests.stories.hostile.claims import CLAIMS
from tests.stories.hostile.town import ASKED, CARRIERS, SOURCES
from tests.stories.hostile.world import World, hook_secret

Posts = Mapping[str, tuple[StandIn, str]]
"""Each carrier's stand-in and where it listens; "" if it cannot be asked."""


@contextlib.contextmanager
def all_posts() -> Iterator[Posts]:
    with contextlib.ExitStack() as open_posts:
        posts = {name: STAND_INS[name]() for name in (*CARRIERS, *SOURCES)}
        yield {
            name: (post, open_posts.enter_context(served(post)) if name in ASKED else "")
            for name, post in posts.items()
        }


def lived(seed: int, database_url: str, posts: Posts, **how: bool) -> World:
    """Return a world that is over. Stand-ins start it with nothing in their heads."""
    for post, _ in posts.values():
        post.scans.clear()
        post.asked.clear()
    posts["ghtk"][0].writes_json = seed % 2 == 1  # type: ignore[attr-defined]
    centre = a_centre(database_url, posts, sources_are_asked=seed % 3 != 0)
    world = World(seed, centre, {n: post for n, (post, _) in posts.items()}, **how)
    asyncio.run(world.live())
    return world


def a_centre(database_url: str, posts: Posts, *, sources_are_asked: bool) -> Centre:
    centre = Centre(database_url)
    centre.settings.carriers = {
        name: _settings(post, url, is_asked=sources_are_asked or name in CARRIERS)
        for name, (post, url) in posts.items()
    }
    centre.house.carriers = Carriers(centre.settings)
    return centre


def _settings(post: StandIn, url: str, *, is_asked: bool) -> CarrierSettings:
    told = post.settings(url or "http://127.0.0.1:9")
    return CarrierSettings(
        base_url=told.base_url,
        token=SecretStr(told.token if is_asked else ""),
        signing_key=SecretStr(told.signing_key),
        username=told.username,
        rate_per_second=1000,
        hook_secret=SecretStr(hook_secret(post.name)),
    )


def prove(seed: int, database_url: str, posts: Posts, **how: bool) -> World:
    """Live a seed and make every claim of it; the seed stands in whatever fails."""
    try:
        world = lived(seed, database_url, posts, **how)
        for claim in CLAIMS:
            claim(world)
    except BaseException as fault:
        fault.add_note(f"hostile seed {seed}")
        raise
    world.centre.house.close()
    return world
