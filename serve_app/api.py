"""The HTTP application: what every route shares, and the routes that every server has."""

import time
from importlib import resources
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.openapi.utils import get_openapi
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

import havoc
from havoc.config import ServingConfig
from havoc.errors import HavocError
from serve_app.answers import ErrorAnswer, Health, ModelList
from serve_app.auth import Keys
from serve_app.backend import Backend
from serve_app.body_limit import BodyLimit
from serve_app.errors import INTERNAL, ApiError, as_api_error
from serve_app.files import FileStore
from serve_app.gate import Gate
from serve_app.metrics import Instruments
from serve_app.request_log import RequestLog
from serve_app.routes_answers import answer_routes
from serve_app.routes_files import UPLOADS, file_routes

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorAnswer, "description": text}
    for status, text in {
        400: "something in the request is wrong",
        401: "no valid key",
        404: "there is no such thing",
        405: "the route has no such method",
        413: "the body is too long",
        429: "too many requests wait; `Retry-After` says when to come again",
        500: "a bug",
        502: "a replica was lost while it answered",
        503: "the model is not available; `Retry-After` says when to come again",
        504: "the answer took too long",
        507: "the disk for uploads is full",
    }.items()
}


def make_api(backend: Backend, config: ServingConfig, instruments: Instruments | None = None) -> FastAPI:
    """The application.

    Args:
        backend: answers.
        config: names, limits, keys.
        instruments: where figures go, if anywhere.

    Raises:
        HavocError: the keys cannot be read, or the folder for files cannot be made.
    """
    keys = Keys.load(Path(config.keys_file) if config.keys_file else None)
    files = FileStore(Path(config.files_folder), config.limits.max_files)
    api = FastAPI(title="HAVOC", version=havoc.__version__, docs_url=None, redoc_url=None, openapi_url=None)
    limits, tell_waiting = config.limits, _tell_waiting(instruments)
    gate = Gate(config.max_ongoing_requests * config.scaling.max_replicas, limits.max_queued, tell_waiting)

    async def authorized(request: Request) -> None:
        keys.check(request.headers.get("authorization"))

    secured = APIRouter(dependencies=[Depends(authorized)], responses=PROBLEMS)
    secured.include_router(_model_routes(api, config))
    secured.include_router(answer_routes(backend, files, gate, config))
    secured.include_router(file_routes(files, limits.max_file_mib))
    api.include_router(_open_routes(backend))
    api.include_router(secured)
    console = Path(str(resources.files("serve_app") / "console"))
    api.mount("/console", StaticFiles(directory=console), name="console")

    api.add_exception_handler(HavocError, _on_error)
    api.add_exception_handler(RequestValidationError, _on_validation_error)
    api.add_exception_handler(HTTPException, _on_http_error)
    api.add_exception_handler(Exception, _on_bug)
    # What is added last sees a request first.
    api.add_middleware(BodyLimit, most=_bytes(limits.max_body_mib), uploads=UPLOADS, most_upload=_bytes(limits.max_file_mib))
    if config.cors_origins:
        api.add_middleware(CORSMiddleware, allow_origins=list(config.cors_origins), allow_methods=["*"], allow_headers=["*"])
    api.add_middleware(RequestLog, tell=_tell_request(instruments))
    return api


def _open_routes(backend: Backend) -> APIRouter:
    """What needs no key: health, and the console's page, which asks for one."""
    routes = APIRouter()

    @routes.get("/healthz", responses={200: {"model": Health}, 503: {"model": Health}})
    async def health() -> Response:
        """Whether requests can be answered."""
        ready = await backend.is_ready()
        return JSONResponse({"ready": ready}, status_code=200 if ready else 503)

    @routes.get("/", include_in_schema=False)
    async def console() -> Response:
        return FileResponse(str(resources.files("serve_app") / "console" / "index.html"))

    return routes


def _model_routes(api: FastAPI, config: ServingConfig) -> APIRouter:
    routes = APIRouter()
    created = int(time.time())
    entry = {"id": config.model_name, "object": "model", "created": created, "owned_by": "havoc"}

    @routes.get("/v1/models", response_model=ModelList)
    async def models() -> dict[str, Any]:
        """The model that is served."""
        return {"object": "list", "data": [entry]}

    @routes.get("/openapi.json", include_in_schema=False)
    async def document() -> dict[str, Any]:
        return openapi(api)

    return routes


def openapi(api: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the application."""
    document = get_openapi(
        title=api.title,
        version=api.version,
        description="Statistics, design of experiments and process control, with numbers that say where they come from.",
        routes=api.routes,
    )
    document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    for path, methods in document["paths"].items():
        for operation in methods.values():
            operation["responses"].pop("422", None)  # what FastAPI calls so is a 400 here
            if path != "/healthz":
                operation["security"] = [{"key": []}]
    return document


async def _on_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HavocError)
    known = as_api_error(error)
    return JSONResponse(known.as_json(), status_code=known.status, headers=known.headers)


async def _on_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part != "body")
    message = f"{where or 'body'}: {first['msg']}"
    if first["type"] == "json_invalid":
        message, where = f"body: no JSON, {first['ctx']['error']} at character {where}", ""
    return JSONResponse(ApiError(400, message, "invalid_request", where).as_json(), status_code=400)


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "invalid_request")
    message = f"{request.method} {request.url.path}: {error.detail}"
    return JSONResponse(
        ApiError(error.status_code, message, code).as_json(), status_code=error.status_code, headers=error.headers
    )


async def _on_bug(request: Request, error: Exception) -> Response:
    return JSONResponse(INTERNAL.as_json(), status_code=500)


def _bytes(mib: float) -> int:
    return int(mib * 2**20)


def _tell_waiting(instruments: Instruments | None) -> Any:
    if instruments is None:
        return lambda waiting: None
    return lambda waiting: instruments.set("havoc_queue_waiting", waiting)


def _tell_request(instruments: Instruments | None) -> Any:
    def tell(route: str, status: int, seconds: float) -> None:
        if instruments is not None:
            instruments.add("havoc_requests", route=route, status=str(status))
            instruments.observe("havoc_request_seconds", seconds, route=route)

    return tell
