from pathlib import Path

import pytest
import torch

from jobs.base_model import BaseMissingError, base_gguf


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def base_file() -> Path:
    """The GGUF of SmolLM2-135M-Instruct. A file that is damaged is no reason to skip."""
    try:
        return base_gguf()
    except BaseMissingError as error:
        pytest.skip(str(error))
