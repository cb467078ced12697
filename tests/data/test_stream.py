import numpy as np
import pytest
import ray
import ray.data

from havoc.data import DataError, MixturePlan, RowStore, batches, keep_order, local_batches, ray_dataset, step_rows, stream
from havoc.data.packing import Document, Row
from havoc.data.shards import SourceInfo, write_shard

LENGTH, WORLD, ROWS_PER_STEP, WEIGHTS, SEED = 16, 2, 8, (0.7, 0.3), 5
START, END = 37, 37 + 45
"""45 steps of 4 rows a rank are more than two blocks of 64 rows, and no whole number of them."""


def make_store(folder, rows):
    """Sources of `rows` rows each; every row is full and has an id of its own."""
    infos = []
    for number, count in enumerate(rows):
        made = []
        for one in range(count):
            made.append(Row())
            made[-1].add(Document(np.full(LENGTH, 1000 * number + one, np.int32)))
        shard = write_shard(folder / f"{number:03d}" / "0.arrow", made, LENGTH, 2**16, 0)
        infos.append(SourceInfo(str(number), count, count * LENGTH, count * LENGTH, count, 0, (shard,)))
    RowStore.commit(folder, infos, LENGTH, {})
    return RowStore.open(folder)


@pytest.fixture(scope="module", autouse=True)
def ray_on_this_machine():
    ray.init(num_cpus=4, include_dashboard=False, object_store_memory=150_000_000, log_to_driver=False)
    yield
    ray.shutdown()


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return make_store(tmp_path_factory.mktemp("store"), (700, 30))


def dataset(store, start=START, end=END, world=WORLD):
    keywords = {"start_step": start, "end_step": end, "world": world, "rows_per_step": ROWS_PER_STEP}
    return ray_dataset(store.folder, WEIGHTS, SEED, **keywords)


def local(store, rank, world=WORLD, start=START, end=END):
    return list(local_batches(store, MixturePlan.of(store, WEIGHTS, SEED), start, end, rank, world, ROWS_PER_STEP))


@ray.remote(num_cpus=0)
def consume(iterator, rank, start, end):
    keep_order()
    return list(batches(iterator, start, end, rank, WORLD, ROWS_PER_STEP))


def assert_same(streamed, read):
    assert len(streamed) == len(read)
    for one, other in zip(streamed, read, strict=True):
        assert one.keys() == other.keys() == {"index", "source", "ids", "loss_mask", "document"}
        for name in one:
            assert one[name].dtype == other[name].dtype
            np.testing.assert_array_equal(one[name], other[name])


def test_the_samples_of_a_step_do_not_depend_on_the_number_of_ranks():
    for world in (1, 2, 4, 8):
        together = np.concatenate([step_rows(5, rank, world, ROWS_PER_STEP) for rank in range(world)])
        assert together.tolist() == list(range(40, 48))


def test_ranks_that_do_not_divide_a_step_are_refused():
    with pytest.raises(DataError, match=r"effective_batch_size \(8\) must be a multiple of scaling.num_workers \(3\)"):
        step_rows(0, 0, 3, 8)


def test_local_batches_are_the_rows_of_the_plan(store):
    plan = MixturePlan.of(store, WEIGHTS, SEED)
    index = np.arange(START * ROWS_PER_STEP, END * ROWS_PER_STEP)
    source, row = plan.lookup(index)
    by_rank = [local(store, rank) for rank in range(WORLD)]
    together = [batch for step in zip(*by_rank, strict=True) for batch in step]
    assert np.concatenate([batch["index"] for batch in together]).tolist() == index.tolist()
    ids = np.concatenate([batch["ids"] for batch in together])
    assert (ids == (1000 * source + row)[:, None]).all()


def test_two_ranks_are_streamed_exactly_their_rows_from_the_middle_of_a_run(store):
    splits = dataset(store).streaming_split(WORLD, equal=True)
    streamed = ray.get([consume.remote(split, rank, START, END) for rank, split in enumerate(splits)])
    for rank in range(WORLD):
        assert_same(streamed[rank], local(store, rank))


def test_one_rank_alone_sees_the_same_samples(store):
    streamed = list(batches(dataset(store, world=1).iterator(), START, END, 0, 1, ROWS_PER_STEP))
    assert_same(streamed, local(store, 0, world=1))


def test_a_span_of_no_steps_yields_nothing(store):
    assert list(batches(dataset(store, START, START, world=1).iterator(), START, START, 0, 1, ROWS_PER_STEP)) == []


@pytest.mark.parametrize("fault", ["other step", "other rank"])
def test_rows_that_are_not_due_are_refused(store, fault):
    """What a stream that restarts, or hands blocks to the wrong rank, would look like."""
    step, rank = (START + 1, 0) if fault == "other step" else (START, 1)
    iterator = dataset(store).streaming_split(1)[0] if rank else dataset(store, world=1).iterator()
    rows = batches(iterator, step, END, rank, WORLD if rank else 1, ROWS_PER_STEP)
    with pytest.raises(
        DataError, match=rf"step {step}, rank {rank}: Ray Data delivered sample 296 instead of .*; start again"
    ):
        next(rows)


def test_a_stream_that_ends_early_is_refused(store):
    blocks = dataset(store, START, START + 3, world=1)
    rows = batches(blocks.iterator(), START, END, 0, 1, ROWS_PER_STEP)
    with pytest.raises(DataError, match=r"rank 0: the stream of rows ended early; start again"):
        list(rows)


def test_blocks_stay_below_the_size_at_which_ray_would_split_them(store, monkeypatch):
    monkeypatch.setattr(stream, "MAX_BLOCK_BYTES", 6 * LENGTH * stream.BYTES_PER_TOKEN)
    data = dataset(store, START, START + 10)
    assert [len(block) for block in ray.get(data.to_arrow_refs())] == [4] * 20
    streamed = ray.get([consume.remote(s, r, START, START + 10) for r, s in enumerate(data.streaming_split(2, equal=True))])
    for rank in range(WORLD):
        assert_same(streamed[rank], local(store, rank, end=START + 10))


def test_a_store_that_is_replaced_is_read_anew(tmp_path):
    for rows in ((50, 10), (60, 20)):
        store = make_store(tmp_path, rows)
        streamed = list(batches(dataset(store, 0, 20, world=1).iterator(), 0, 20, 0, 1, ROWS_PER_STEP))
        assert_same(streamed, local(store, 0, world=1, start=0, end=20))


def test_a_weight_that_cannot_be_met_stops_the_driver(store):
    with pytest.raises(DataError, match="source number 1 would get less than one row"):
        ray_dataset(store.folder, (1, 1e-9), SEED, start_step=0, end_step=1, world=1, rows_per_step=8)
