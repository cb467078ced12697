"""Compiling the native code on the machine: once, by whoever comes first, and never at the cost of the engine."""

import logging
import os
import subprocess
import sys

import pytest

from havoc.engine.native import build as native_build
from tests.engine.native_tiny import needs_compiler


@pytest.fixture(autouse=True)
def _nothing_loaded():
    loaded, native_build.load = native_build.load, native_build.lru_cache(native_build.load.__wrapped__)
    yield
    native_build.load = loaded


@pytest.mark.parametrize("compiler", ["", "/nowhere/c++", "false"])
def test_without_a_compiler_torch_computes_and_a_warning_says_why(compiler, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("CXX", compiler)
    if not compiler:
        monkeypatch.setenv("PATH", str(tmp_path))
    with caplog.at_level(logging.WARNING):
        assert native_build.load() is None
        assert native_build.load() is None
    assert len(caplog.records) == 1
    assert "torch computes instead" in caplog.text


@needs_compiler
def test_a_source_that_does_not_compile_is_a_warning(tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "broken.cpp").write_text("int f( {")
    monkeypatch.setattr(native_build, "SOURCE", tmp_path / "broken.cpp")
    assert native_build.load() is None
    assert "error" in caplog.text
    assert not list((tmp_path / "havoc").iterdir()), "nothing half done is left behind"


@needs_compiler
def test_processes_that_build_at_once_do_not_disturb_each_other(tmp_path):
    code = "from havoc.engine.native.build import load; assert load().havoc_native_products()"
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    builds = [subprocess.Popen([sys.executable, "-c", code], env=environment) for _ in range(3)]
    assert [build.wait() for build in builds] == [0, 0, 0]
    assert [file.suffix for file in (tmp_path / "havoc").iterdir()] == [".so"]
