import flask

pages = flask.Blueprint("families", __name__)
