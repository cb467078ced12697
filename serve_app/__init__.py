"""The Serve application: model deployment, ingress, OpenAI-compatible API, console."""

from serve_app.app import build

__all__ = ["build"]
