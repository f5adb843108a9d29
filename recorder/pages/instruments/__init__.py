"""The instruments: what is observed, rated, sorted and asked. Looked at, written, published, brought and taken away.

Every address of the place stands here; `reading`, `editing` and `files` answer them.
"""

from __future__ import annotations

import flask

from recorder.pages.instruments import editing, files, reading

pages = flask.Blueprint("instruments", __name__, url_prefix="/instruments")

pages.get("/")(reading.index)
pages.post("/")(editing.start)
pages.get("/import")(files.choose_file)
pages.post("/import")(files.take_file)
pages.get("/built-in/<name>")(reading.show_built_in)
pages.get("/built-in/<name>.json")(files.export_built_in)
pages.post("/built-in/<name>/copies")(editing.copy_built_in)
pages.get("/<uuid:id>")(reading.show)
pages.get("/<uuid:id>.json")(files.export)
pages.post("/<uuid:id>/copies")(editing.copy)
pages.post("/<uuid:id>/versions")(editing.next_version)
pages.get("/<uuid:id>/edit")(editing.edit)
pages.post("/<uuid:id>/edit")(editing.save)
pages.post("/<uuid:id>/publication")(editing.publish)
pages.post("/<uuid:id>/deletion")(editing.delete)
