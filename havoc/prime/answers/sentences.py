"""The model's own sentences: written on a branch, looked at, and only then said."""

from collections.abc import Callable, Sequence

from havoc.prime.answers.prose import grounded_prose
from havoc.prime.session import Session
from havoc.prime.transcript import Transcript
from havoc.tokens import decode

MAX_TOKENS = 60
"""Of one sentence; one that does not end within them is dropped."""


async def write_sentences(
    session: Session,
    transcript: Transcript,
    numbers: Sequence[str],
    tokens: int,
    most: int,
    accept: Callable[[str], bool] | None = None,
) -> str:
    """Append up to `most` sentences whose numerals are among `numbers`, and return them.

    Each is written on a fork first: a sentence that is cut off, that the model would hardly write without the grammar,
    that repeats what stands there, or that `accept` refuses, was never said, and ends the part.

    Args:
        session: whose tokens are spent.
        transcript: what the sentences are appended to, each with a blank before it.
        numbers: numerals as they may be written.
        tokens: ids that the model may write in all of them together.
        most: sentences.
        accept: whether a sentence may stand; without it, one may stand in which verification finds no fault.

    Raises:
        EngineError: the context is full.
    """
    if not session.speaks:
        return ""
    grammar = grounded_prose(numbers, 1, before=" ")
    # Once for all branches: they share what is computed.
    await session.engine.compute(transcript.sequence)
    said: list[str] = []
    before = decode(transcript.sequence.ids, session.engine.tokenizer).casefold()
    while len(said) < most and tokens > 0 and not session.overdue:
        branch = await transcript.fork(lambda event: None, transcript.path)
        try:
            ids, reason = await branch.write(session.params(min(tokens, MAX_TOKENS), grammar))
        finally:
            await branch.end()
        tokens -= len(ids)
        session.state.num_written += len(ids)
        if reason != "grammar":
            break
        sentence = b"".join(map(session.engine.tokenizer.token_bytes, ids)).decode().strip()
        if sentence in said or sentence.rstrip(".").casefold() in before:
            break
        if not (accept(sentence) if accept else session.check(sentence).is_sound):
            break
        if await _log_likelihood(transcript, ids) < session.config.min_log_likelihood:
            break
        await transcript.force(ids)
        said.append(sentence)
    return " ".join(said)


async def _log_likelihood(transcript: Transcript, ids: list[int]) -> float:
    """Of `ids` behind the transcript, without any grammar: natural logarithm, mean of the ids."""
    branch = await transcript.fork(lambda event: None, transcript.path)
    try:
        start = len(branch.sequence.ids)
        await branch.engine.append(branch.sequence, ids)
        scores = await branch.engine.score(branch.sequence, start)
    finally:
        await branch.end()
    return sum(scores) / len(scores)
