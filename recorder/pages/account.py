import flask

pages = flask.Blueprint("account", __name__)
