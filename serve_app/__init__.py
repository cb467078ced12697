"""The Serve application: model deployment, ingress, OpenAI-compatible API, console. Empty as yet."""
