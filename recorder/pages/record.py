import flask

pages = flask.Blueprint("record", __name__)
