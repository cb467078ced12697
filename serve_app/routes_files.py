"""The routes of uploads."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import Response

from serve_app.answers import FileAnswer, FileDeleted, FileList
from serve_app.errors import ApiError
from serve_app.files import FileStore

UPLOADS = "/v1/files"
"""The route whose bodies may be as long as a file."""


def file_routes(files: FileStore, max_mib: float) -> APIRouter:
    """The routes, over a store."""
    routes = APIRouter()

    @routes.post(UPLOADS, response_model=FileAnswer)
    async def upload(file: Annotated[UploadFile, File()], purpose: Annotated[str, Form()] = "user_data") -> dict[str, Any]:
        """Keep a CSV or Excel table, whose columns a question can name."""
        content = await file.read()
        if len(content) > max_mib * 2**20:
            raise ApiError(413, f"file: {len(content):,} bytes are more than {max_mib:g} MiB", "file_too_large", "file")
        return await asyncio.to_thread(files.add, file.filename or "table.csv", purpose, content)

    @routes.get(UPLOADS, response_model=FileList)
    async def listing() -> dict[str, Any]:
        """The uploads that are kept, the newest first."""
        return {"object": "list", "data": files.all()}

    @routes.get(UPLOADS + "/{file_id}", response_model=FileAnswer)
    async def about(file_id: str) -> dict[str, Any]:
        """What an upload holds."""
        return files.get(file_id)

    @routes.get(UPLOADS + "/{file_id}/content", responses={200: {"content": {"application/octet-stream": {}}}})
    async def content(file_id: str) -> Response:
        """An upload as it came."""
        return Response(files.content(file_id), media_type="application/octet-stream")

    @routes.delete(UPLOADS + "/{file_id}", response_model=FileDeleted)
    async def delete(file_id: str) -> dict[str, Any]:
        """Forget an upload."""
        files.delete(file_id)
        return {"id": file_id, "object": "file", "deleted": True}

    return routes
