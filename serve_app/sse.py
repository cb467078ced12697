"""Server-sent events: a stream that always ends in `[DONE]`, errors included."""

import json
import logging
from collections.abc import AsyncIterator
from typing import Any

from starlette.responses import StreamingResponse

from havoc.errors import HavocError
from serve_app.errors import INTERNAL, as_api_error
from serve_app.limits import Objects

_log = logging.getLogger("ray.serve")
DONE = "data: [DONE]\n\n"


async def sse_response(objects: Objects) -> StreamingResponse:
    """A response that sends `objects` as they come, lists of them in one piece.

    The first list is waited for before the status goes out, so that what is wrong from the start is an error with its own
    status; what goes wrong later is an error event, and `[DONE]` follows it too.

    Raises:
        HavocError: there was no first list.
    """
    first = await anext(objects, None)

    async def body() -> AsyncIterator[str]:
        try:
            if first is not None:
                yield _frames(first)
            async for batch in objects:
                yield _frames(batch)
        except HavocError as error:
            yield _frames([as_api_error(error).as_json()])
        except Exception:  # noqa: BLE001 - a bug: whoever reads the stream has to hear of it, without its details
            _log.exception("a stream has ended over an error that is not the request's")
            yield _frames([INTERNAL.as_json()])
        finally:
            await objects.aclose()
        yield DONE

    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(body(), media_type="text/event-stream", headers=headers)


def _frames(objects: list[dict[str, Any]]) -> str:
    return "".join(f"data: {json.dumps(one, ensure_ascii=False)}\n\n" for one in objects)
