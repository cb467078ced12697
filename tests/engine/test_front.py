"""The asynchronous front: many clients, clients that leave, and an engine that breaks."""

import asyncio

import pytest

from havoc.engine import AsyncEngine, Completion, EngineError, Grammar, SamplingParams

PROMPT = [30 + 7 * i % 500 for i in range(21)]


async def _answer(engine, ids, params):
    sequence, completion = await engine.open(ids), Completion()
    async for update in engine.generate(sequence, params):
        completion.add(update)
    await engine.close(sequence)
    return completion


def test_clients_at_once_get_what_each_would_get_alone(make_core, reference):
    async def main():
        async with AsyncEngine(make_core(blocks=120, max_num_seqs=8)) as engine:
            prompts = [[*PROMPT[: 5 + n % 7], 60 + n] for n in range(24)]
            answers = await asyncio.gather(*(_answer(engine, prompt, SamplingParams(9)) for prompt in prompts))
            for prompt, answer in zip(prompts, answers, strict=True):
                assert answer.ids == reference.greedy(prompt, 9)

    asyncio.run(main())


def test_a_client_that_goes_away_frees_its_place(make_core):
    async def main():
        core = make_core()
        async with AsyncEngine(core) as engine:
            sequence = await engine.open(PROMPT)

            async def listen():
                async for _ in engine.generate(sequence, SamplingParams(200)):
                    pass

            task = asyncio.create_task(listen())
            while not sequence.ids[len(PROMPT) :]:
                await asyncio.sleep(0.001)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await engine.close(sequence)
            assert not core.has_work
            assert core.pool.num_used == 0
            stream = engine.generate(await engine.open(PROMPT), SamplingParams(200))
            async for _ in stream:
                break
            await stream.aclose()
            other = await _answer(engine, PROMPT, SamplingParams(3))
            assert len(other.ids) == 3
            assert not core.has_work
            for sequence in list(core._scheduler.idle):
                await engine.close(sequence)

    asyncio.run(main())


def test_branches_of_a_trunk(make_core, reference):
    async def main():
        async with AsyncEngine(make_core()) as engine:
            trunk = await engine.open(PROMPT)
            await engine.compute(trunk)
            branches = [await engine.fork(trunk) for _ in range(3)]
            for number, branch in enumerate(branches):
                await engine.append(branch, [70 + number])

            async def run(branch):
                completion = Completion()
                async for update in engine.generate(branch, SamplingParams(6)):
                    completion.add(update)
                return completion

            for number, completion in enumerate(await asyncio.gather(*map(run, branches))):
                assert completion.ids == reference.greedy([*PROMPT, 70 + number], 6)
            for sequence in (trunk, *branches):
                await engine.close(sequence)

    asyncio.run(main())


def test_errors_of_a_request_reach_its_client_alone(make_core, reference):
    async def main():
        async with AsyncEngine(make_core()) as engine:
            with pytest.raises(EngineError, match="no ids"):
                await engine.open([])
            bystander = asyncio.create_task(_answer(engine, PROMPT, SamplingParams(30)))
            sequence = await engine.open(PROMPT)
            for bad in (SamplingParams(5, grammar=Grammar("regex", "(")), SamplingParams(5, stop_ids=frozenset({-1}))):
                with pytest.raises(EngineError):
                    async for _ in engine.generate(sequence, bad):
                        pass
            await engine.close(sequence)
            assert (await bystander).ids == reference.greedy(PROMPT, 30)
            engine.check_health()

    asyncio.run(main())


def test_a_bug_ends_all_streams_and_shows_in_the_health(make_core, monkeypatch):
    async def main():
        core = make_core()
        async with AsyncEngine(core) as engine:
            first = asyncio.create_task(_answer(engine, PROMPT, SamplingParams(200)))
            while not core.has_work:
                await asyncio.sleep(0.001)

            def broken(batch):
                raise ValueError("a bug")

            monkeypatch.setattr(core._runner, "run", broken)
            with pytest.raises(EngineError, match="not running"):
                await first
            with pytest.raises(EngineError, match="not running"):
                await engine.open(PROMPT)
            with pytest.raises(RuntimeError, match="has stopped"):
                engine.check_health()
            for sequence in [generation.sequence for generation in core._scheduler.running]:
                core.close(sequence)

    asyncio.run(main())


def test_it_does_not_run_before_it_is_entered(make_core):
    engine = AsyncEngine(make_core())
    with pytest.raises(EngineError, match="not running"):
        asyncio.run(engine.open(PROMPT))
