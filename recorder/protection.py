"""What does every answer carry, and which requests are turned away before any page sees them?

No script, style, frame or connection that is not our own; nothing kept in a cache once somebody is signed in; a form
is taken only from our own pages (a token bound to the session, and the Origin or Sec-Fetch-Site that the browser
sends). `Referrer-Policy` is same-origin: with no-referrer Chromium sends `Origin: null` with every form. The API asks
for the header `X-Recorder: 1` instead of a token, because no foreign page can send it without our leave, and answers
with the same one: an answer without it comes from a captive portal, not from us.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import flask
from flask_wtf import CSRFProtect

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

WITH_VIDEO = f"{HEADERS['Content-Security-Policy']}; media-src blob:"
"""The policy of the recorder's shell alone: it may play a video that lies on the device."""

LONG_FORMS = {
    "practice.add": "IMPORT_BYTES",
    "families.take_caseload": "IMPORT_BYTES",
    "file_in.take": "IMPORT_BYTES",
    "instruments.take_file": "IMPORT_BYTES",
    "instruments.save": "IMPORT_BYTES",
    "page_settings.save": "IMPORT_BYTES",
    "page_settings.review": "IMPORT_BYTES",
    "emergency.take": "EMERGENCY_BYTES",
}
"""Forms that hold a file or a long document, and the setting that says how long it may be."""

csrf = CSRFProtect()


def attach(app: flask.Flask) -> None:
    """Protect an application."""
    from werkzeug.middleware.proxy_fix import ProxyFix

    app.config.update(
        MAX_CONTENT_LENGTH=max(app.config["FORM_BYTES"], app.config["SYNC_BYTES"], app.config["IMPORT_BYTES"]) + 4096,
        SESSION_COOKIE_NAME="__Host-form",
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # the Origin check below does this, and gets along without a Referer
        TRUSTED_HOSTS=[host.strip() for host in app.config["TRUSTED_HOSTS"].split(",") if host.strip()] or None,
    )
    if hops := app.config["PROXY_HOPS"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.before_request(_limit_forms)
    app.before_request(_refuse_foreign_forms)  # before the form's token is asked for
    csrf.init_app(app)
    app.after_request(_add_headers)


def _limit_forms() -> None:
    """A form is small, but a file comes once more, with longer line ends, to be confirmed; an instrument is long."""
    if _is_api():
        return
    config, long = flask.current_app.config, LONG_FORMS.get(flask.request.endpoint or "")
    largest = 2 * config[long] if long else config["FORM_BYTES"]
    flask.request.max_content_length = flask.request.max_form_memory_size = largest


def _refuse_foreign_forms() -> None:
    if _is_api() and flask.request.url_rule and flask.request.headers.get("X-Recorder") != "1":
        flask.abort(403)
    if flask.request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    site = flask.request.headers.get("Sec-Fetch-Site")
    origin = flask.request.headers.get("Origin")
    if site not in {None, "same-origin", "none"} or (origin and urlsplit(origin).netloc != flask.request.host):
        flask.abort(403)


def _add_headers(response: flask.Response) -> flask.Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    if _is_api():
        response.headers["X-Recorder"] = "1"
    return response


def _is_api() -> bool:
    return flask.request.path.startswith("/api/")
