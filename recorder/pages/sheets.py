import flask

pages = flask.Blueprint("sheets", __name__)
