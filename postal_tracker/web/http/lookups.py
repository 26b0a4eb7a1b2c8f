"""A citizen's question, from a page or a program: wrong tries are counted and slowed down."""

from fastapi import Request

from postal_tracker.access.throttle import network_of
from postal_tracker.forms import TrackForm
from postal_tracker.views import lookup
from postal_tracker.views.citizen import CitizenDossierView
from postal_tracker.web.http.auth import address_of, house_of
from postal_tracker.web.http.languages import language_of


async def look_up(request: Request, form: TrackForm) -> CitizenDossierView:
    """Return what a citizen may see, and count a wrong try. Raises NotFound, TooMany."""
    house, now = house_of(request), house_of(request).now()
    network = network_of(address_of(request))
    limits = lookup.Limits(
        house.settings.lookup_wrong_per_hour, house.settings.lookup_wrong_per_day
    )
    lang = language_of(request)
    today = house.today()
    seen = await house.database.read(
        lambda s: lookup.find(
            s,
            form.code,
            form.phone_last4,
            network=network,
            limits=limits,
            now=now,
            today=today,
            lang=lang,
        )
    )
    if seen is None:
        await house.database.write(
            lambda s: lookup.count_miss(s, form.code, network=network, now=now)
        )
        raise lookup.not_found()
    return seen
