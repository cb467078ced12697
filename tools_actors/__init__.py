"""Serve deployments that host havoc.tools. Empty as yet."""
