"""A peer: django-anymail's signed webhook (Resend's, the same HMAC as our rehearsal carrier's).

Django as its users run it: gunicorn with four threads, a receiver that keeps one row for each event
(`get_or_create` by the event's id). It keeps; ours finds the parcel, records and moves as well.

`python -m tests.bench.anymail_hook DATABASE_URL` prints its port and serves until it is ended.
"""

import base64
import socket
import sys
from typing import Any

import django
from django.conf import settings
from sqlalchemy import make_url

SECRET = "whsec_" + base64.b64encode(b"a bench's own key, thirty-two bytes").decode()
PATH = "/anymail/resend/tracking/"


def _database(url: str) -> dict[str, Any]:
    at = make_url(url)
    if at.get_backend_name() == "sqlite":
        durable = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        options = {"init_command": durable, "transaction_mode": "IMMEDIATE"}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": at.database, "OPTIONS": options}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": at.database,
        "USER": at.username or "postgres",
        "HOST": at.query.get("host", ""),
        "CONN_MAX_AGE": 600,
    }


def application(url: str) -> Any:
    """Return the WSGI application, its one table made."""
    settings.configure(
        ALLOWED_HOSTS=["*"],
        ANYMAIL={"RESEND_SIGNING_SECRET": SECRET},
        DATABASES={"default": _database(url)},
        INSTALLED_APPS=["anymail"],
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],  # says how long an answer is
        ROOT_URLCONF=__name__,
        SECRET_KEY="a bench has no secrets",
        USE_TZ=True,
    )
    django.setup()
    from anymail.signals import tracking
    from django.core.wsgi import get_wsgi_application
    from django.db import connection, models

    class Kept(models.Model):
        event_id = models.CharField(max_length=100, unique=True)
        recipient = models.CharField(max_length=200)
        body = models.JSONField()

        class Meta:
            app_label = "anymail"

    def keep(sender: Any, event: Any, esp_name: str, **_rest: Any) -> None:
        told = {"recipient": event.recipient, "body": event.esp_event}
        Kept.objects.get_or_create(event_id=event.event_id, defaults=told)

    tracking.connect(keep, weak=False)
    with connection.schema_editor() as editor:
        editor.create_model(Kept)
    connection.close()
    return get_wsgi_application()


def _urls() -> list[Any]:
    from anymail.webhooks.resend import ResendTrackingWebhookView
    from django.urls import path

    return [path(PATH.lstrip("/"), ResendTrackingWebhookView.as_view())]


def __getattr__(name: str) -> Any:
    """Django asks for the addresses once it is set up."""
    if name == "urlpatterns":
        return _urls()
    raise AttributeError(name)


def main() -> None:
    from gunicorn.app.base import BaseApplication

    app = application(sys.argv[1])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    class Server(BaseApplication):
        def load_config(self) -> None:
            for name, value in {
                "bind": f"127.0.0.1:{port}",
                "worker_class": "gthread",
                "threads": 4,
                "keepalive": 60,
                "worker_connections": 2000,
                "loglevel": "warning",
                "when_ready": lambda _server: print(port, flush=True),
            }.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return app

    sys.argv = sys.argv[:1]
    Server().run()


if __name__ == "__main__":
    main()
