"""How does a test send a form? As a browser does: with the token of a page that it has loaded."""

from __future__ import annotations

from html import unescape
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse, encode_multipart


def token(client: FlaskClient) -> str:
    """The token in the forms of this browser's session."""
    page = client.get("/me", follow_redirects=True).get_data(as_text=True)
    return page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]


def send(client: FlaskClient, path: str, data: dict | None = None, **more) -> TestResponse:
    """Post a form with its token."""
    return client.post(path, data={"csrf_token": token(client)} | (data or {}), **more)


def send_parts(client: FlaskClient, path: str, data: dict) -> TestResponse:
    """Post a form that may hold files; its body is made in memory, where the test client would leave a file open."""
    boundary, body = encode_multipart({"csrf_token": token(client)} | data)
    return client.post(path, data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def words(answer: TestResponse) -> str:
    """What the page says, with its entities read."""
    return unescape(answer.get_data(as_text=True))


def beside(answer: TestResponse, field: str) -> str:
    """The error that stands beside a field, found through the id that describes it; "" without one."""
    page = words(answer)
    mark = f'id="{field}-error">'
    return page.split(mark)[1].split("</span>")[0].strip() if mark in page else ""


def filled(answer: TestResponse) -> dict[str, str]:
    """What a browser would send of the page's form if nobody changed anything."""
    reader = _Fields()
    reader.feed("<main" + answer.get_data(as_text=True).split("<main")[1])
    return reader.typed


class _Fields(HTMLParser):
    """Collects the names and values of a form's fields."""

    def __init__(self) -> None:
        super().__init__()
        self.typed: dict[str, str] = {}
        self.inside = ""
        self.name = ""

    def handle_starttag(self, tag: str, attributes) -> None:
        has = dict(attributes)
        if tag == "input" and (has.get("type") not in {"checkbox", "file"} or "checked" in has):
            self.typed[has["name"]] = has.get("value") or ""
        if tag in {"select", "textarea"}:
            self.inside, self.name = tag, has["name"]
        if tag == "option" and ("selected" in has or self.name not in self.typed):
            self.typed[self.name] = has["value"] or ""  # without a choice a browser takes the first one

    def handle_data(self, data: str) -> None:
        if self.inside == "textarea":
            self.typed[self.name] = data.lstrip("\r\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.inside:
            self.inside = ""
