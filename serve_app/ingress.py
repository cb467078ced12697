"""The deployment that speaks HTTP."""

from collections.abc import Mapping

from fastapi import FastAPI
from ray import serve
from ray.serve.handle import DeploymentHandle

from havoc.config import ServingConfig
from serve_app.api import make_api
from serve_app.cluster_backend import ClusterBackend
from serve_app.metrics import Instruments
from tools_actors import ClusterTools


@serve.ingress()
class Ingress:
    """Keys, limits and forms of the endpoint; answers come from the other deployments."""

    def __init__(self, config: ServingConfig, model: DeploymentHandle, tools: Mapping[str, DeploymentHandle]) -> None:
        self._config = config
        caller = ClusterTools.on_serve(tools, config.tools) if tools else None
        self._backend = ClusterBackend(model, caller, config)
        self._instruments = Instruments()
        self._instruments.set("havoc_queue_waiting", 0)

    def __serve_build_asgi_app__(self) -> FastAPI:
        return make_api(self._backend, self._config, self._instruments)

    def check_health(self) -> None:
        """Serve asks this from time to time."""
        self._instruments.refresh()
