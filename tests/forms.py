"""How does a test send a form? As a browser does: with the token of a page that it has loaded."""

from __future__ import annotations

from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def token(client: FlaskClient) -> str:
    """The token in the forms of this browser's session."""
    page = client.get("/me", follow_redirects=True).get_data(as_text=True)
    return page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]


def send(client: FlaskClient, path: str, data: dict | None = None, **more) -> TestResponse:
    """Post a form with its token."""
    return client.post(path, data={"csrf_token": token(client)} | (data or {}), **more)


def words(answer: TestResponse) -> str:
    """What the page says, with its entities read."""
    return unescape(answer.get_data(as_text=True))


def beside(answer: TestResponse, field: str) -> str:
    """The error that stands beside a field, found through the id that describes it; "" without one."""
    page = words(answer)
    mark = f'id="{field}-error">'
    return page.split(mark)[1].split("</span>")[0].strip() if mark in page else ""
