"""One dossier, read for whoever asks; that it was seen is written down."""

from postal_tracker import views
from postal_tracker.web.http.auth import RequestContext


async def read_dossier(context: RequestContext, code: str) -> views.DossierView:
    """Return a dossier as its code names it. Raises NotFound."""
    house, today = context.house, context.house.today()
    dossier = await house.database.read(
        lambda s: views.dossier(
            s, code, scope=context.scope, today=today, titles=house.titles, lang=context.lang
        )
    )
    context.saw(views.fields_of(dossier), dossiers=[dossier.code])
    return dossier
