"""The papers that the desk's pages print: the same files as programs get, problems as pages."""

from fastapi import APIRouter

from postal_tracker.web.api import papers

router = APIRouter(prefix="/desk")

for path, print_ in (
    ("/dossiers/{code}/receipt.pdf", papers.print_receipt),
    ("/handovers/{number}.pdf", papers.print_handover),
    ("/parcels/{tracking_number:path}/contents.pdf", papers.print_contents),
    ("/parcels/{tracking_number:path}/envelope.pdf", papers.print_envelope),
):
    router.add_api_route(path, print_)
