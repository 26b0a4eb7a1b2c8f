"""What makes the couriers' page one that a telephone keeps: its manifest and its service worker."""

from fastapi import APIRouter
from fastapi.responses import FileResponse, JSONResponse, Response

from postal_tracker.web.html.assets import STATIC, asset

router = APIRouter(prefix="/courier", include_in_schema=False)


@router.get("/manifest.webmanifest")
async def manifest() -> Response:
    told = {
        "name": "Bưu tá – Theo dõi hồ sơ",
        "short_name": "Bưu tá",
        "lang": "vi",
        "start_url": "/courier",
        "scope": "/courier",
        "display": "standalone",
        "icons": [{"src": asset("mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JSONResponse(told, media_type="application/manifest+json")


@router.get("/sw.js")
async def service_worker() -> Response:
    """Give the service worker; it may see to `/courier` itself, without a slash behind it."""
    headers = {"Service-Worker-Allowed": "/courier", "Cache-Control": "no-cache"}
    return FileResponse(STATIC / "courier_sw.js", media_type="text/javascript", headers=headers)
