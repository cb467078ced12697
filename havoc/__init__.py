"""HAVOC: a reasoning model for statistics, design of experiments and process control whose every number can be checked."""

__version__ = "0.1.0"
