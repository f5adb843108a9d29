import flask


def attach(app: flask.Flask) -> None:
    """Hold the policy."""
