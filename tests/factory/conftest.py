"""A Ray of this module's own."""

from collections.abc import Iterator

import pytest
import ray


@pytest.fixture(scope="module")
def local_ray() -> Iterator[None]:
    """More logical CPUs than the machine has, so that tasks do not wait for each other."""
    ray.init(num_cpus=4, object_store_memory=150_000_000, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()
