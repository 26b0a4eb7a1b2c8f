"""The papers that the desk's pages print: the same files as programs get, problems as pages."""

from fastapi import APIRouter, Request, Response

from postal_tracker.web.html.forms import form_of
from postal_tracker.web.http import papers
from postal_tracker.web.http.auth import ClerkContext
from postal_tracker.web.http.papers import ReceiptPaper
from postal_tracker.web.http.parameters import CodeInPath

router = APIRouter(prefix="/desk")
papers.add_routes(router)


@router.post(papers.RECEIPT)
async def print_receipt(
    code: CodeInPath, request: Request, context: ClerkContext, paper: ReceiptPaper = "a5"
) -> Response:
    """Draw a receipt, and note who printed it."""
    await form_of(request, context.caller)
    return await papers.print_receipt(code, context, paper)
