"""The papers beside the labels, for programs."""

from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http import papers

router = api_router("papers")
router.add_api_route(papers.RECEIPT, papers.print_receipt, methods=["POST"], **papers.A_PAPER)
papers.add_routes(router)
