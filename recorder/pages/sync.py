import flask

pages = flask.Blueprint("sync", __name__)
