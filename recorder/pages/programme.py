import flask

pages = flask.Blueprint("programme", __name__)
