"""Answers without a graph: plain generation, and trivial questions whose answer is checked before it is shown."""

from havoc.engine import SamplingParams
from havoc.prime.numerals import find_numerals
from havoc.prime.session import Session
from havoc.prime.workspace import ToolCall

MAX_TOKENS = 32
"""Of a direct answer to a trivial question."""
CLOSE = 1e-9
"""Relative difference up to which a number counts as the right one."""


class Direct:
    """Writes answers in one go."""

    async def plain(self, session: Session) -> None:
        """Let the model answer as it likes, into the transcript; what arithmetic there is, verification holds it against.

        Raises:
            EngineError: the context is full.
        """
        end = session.engine.tokenizer.special_id("<eos>")
        ids, _ = await session.transcript.write(session.params(session.left, stop=frozenset({end})))
        session.state.num_written += len(ids)
        call = await self._computed(session)
        if call is not None:
            session.add_call(call)

    async def checked(self, session: Session) -> bool:
        """Answer a question of arithmetic directly, where the model gets it right; whether it did.

        The answer is written on a branch and compared with what the tool computes; one that is wrong was never said.

        Raises:
            EngineError: the context is full.
        """
        call = await self._computed(session)
        if call is None:
            return False
        value = call.answer["result"]["value"]
        ids = await self._draft(session)
        text = b"".join(map(session.engine.tokenizer.token_bytes, ids)).decode(errors="replace")
        numerals = find_numerals(text)
        if not numerals or abs(numerals[-1].value - value) > CLOSE * max(1.0, abs(value)):
            return False
        session.add_call(call)
        await session.transcript.force(ids)
        return True

    async def _computed(self, session: Session) -> ToolCall | None:
        """The value of the question's expression; None where it has none, or it is no number."""
        arithmetic = next((one for one in session.candidates if one.operation == "evaluate" and not one.missing), None)
        if arithmetic is None:
            return None
        args = {"operation": arithmetic.operation, **arithmetic.arguments}
        answer = await session.caller.execute(arithmetic.tool, args)
        value = answer.get("result", {}).get("value") if answer.get("success") else None
        if not isinstance(value, (int, float)):
            return None
        return ToolCall(session.workspace.next_call_id(), arithmetic.tool, args, answer)

    async def _draft(self, session: Session) -> list[int]:
        end = session.engine.tokenizer.special_id("<eos>")
        params = SamplingParams(
            max_new_tokens=min(MAX_TOKENS, session.left), stop_ids=frozenset({end}), stop_strings=("\n",)
        )
        branch = await session.transcript.fork(lambda event: None, ())
        try:
            ids, _ = await branch.write(params)
        finally:
            await branch.end()
        session.state.num_written += len(ids)
        return [token_id for token_id in ids if session.engine.tokenizer.special_name(token_id) is None]
