"""Going on with a stream whose replica was lost: the request runs again, and what was sent is not sent twice."""

from collections import Counter
from typing import Any

from serve_app.backend import Events
from serve_app.errors import ApiError


class Replay:
    """Remembers what was sent of a request, and takes it off what a second run of the request gives.

    A request gives the same text for the same seed, so the second run passes through what was sent before it comes to
    what is new. Events that are no text are told apart by type and place, since branches that run side by side may swap
    theirs.
    """

    def __init__(self) -> None:
        self._text: list[str] = []
        self._others: Counter[tuple[str, ...]] = Counter()
        self._owed = ""
        self._owed_others: Counter[tuple[str, ...]] = Counter()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was sent."""
        return not self._text and not self._others

    def start_again(self) -> None:
        """The request runs from its beginning again."""
        self._owed, self._owed_others = "".join(self._text), self._others.copy()

    def new(self, batch: Events) -> Events:
        """What of a batch was not sent yet; it counts as sent from now on.

        Raises:
            ApiError: the second run says something else than the first.
        """
        fresh = [new for event in batch if (new := self._new(event)) is not None]
        for event in fresh:
            if event["type"] == "text":
                self._text.append(event["text"])
            else:
                self._others[_place(event)] += 1
        return fresh

    def _new(self, event: dict[str, Any]) -> dict[str, Any] | None:
        if event["type"] != "text":
            place = _place(event)
            if self._owed_others[place] == 0:
                return event
            self._owed_others[place] -= 1
            return None
        if not self._owed:
            return event
        text, owed = event["text"], self._owed
        known = min(len(text), len(owed))
        if text[:known] != owed[:known]:
            raise ApiError(
                502, "the replica was lost, and another one came to another text; ask again", "interrupted", retry_after_s=2
            )
        self._owed = owed[known:]
        return {**event, "text": text[known:]} if len(text) > known else None


def _place(event: dict[str, Any]) -> tuple[str, ...]:
    return (event["type"], *event.get("path", ()))
