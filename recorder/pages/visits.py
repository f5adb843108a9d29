import flask

pages = flask.Blueprint("visits", __name__)
