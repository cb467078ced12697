"""The books of the block pool."""

import random

from havoc.engine.blocks import BlockPool


def test_blocks_are_found_by_the_whole_prefix_and_not_by_their_own_ids():
    pool = BlockPool(8, 2, prefix_cache=True)
    first, second, other = (pool.allocate() for _ in range(3))
    pool.register(first, None, [1, 2])
    pool.register(second, first, [3, 4])
    pool.register(other, None, [3, 4])
    assert pool.find([1, 2, 3, 4, 5]) == [first, second]
    assert pool.find([3, 4, 9]) == [other]
    assert pool.find([1, 2, 3, 4]) == [first], "one id is left to compute"
    assert pool.find([9, 9, 3, 4, 5]) == []


def test_what_was_let_go_longest_ago_is_forgotten_first_and_ends_before_beginnings():
    pool = BlockPool(4, 1, prefix_cache=True)
    chain = [pool.allocate() for _ in range(4)]
    for place, block in enumerate(chain):
        pool.register(block, chain[place - 1] if place else None, [place])
    pool.release(chain)
    assert pool.num_used == 0
    assert pool.allocate() == chain[3]
    found = pool.find([0, 1, 2, 3, 4])
    assert found == chain[:3]
    pool.release(found)
    pool.release([chain[3]])
    assert pool.num_free == 4


def test_the_same_content_in_two_blocks_leads_on_from_either():
    pool = BlockPool(8, 1, prefix_cache=True)
    one, twin, behind = (pool.allocate() for _ in range(3))
    pool.register(one, None, [5])
    pool.register(twin, None, [5])
    pool.register(behind, twin, [6])
    assert pool.find([5, 6, 7]) == [one, behind]


def test_random_use_keeps_the_books_and_finds_only_what_was_written():
    for seed in range(50):
        rng, pool = random.Random(seed), BlockPool(12, 2, prefix_cache=True)
        held: list[list[int]] = []
        written: dict[int, tuple[int, ...]] = {}
        found_again = 0
        for _ in range(300):
            if rng.random() < 0.5:
                ids = [rng.randrange(3) for _ in range(rng.randrange(2, 9))]
                blocks = pool.find(ids)
                found_again += len(blocks)
                assert [written[block] for block in blocks] == [tuple(ids[: 2 * place + 2]) for place in range(len(blocks))]
                for place in range(len(blocks), len(ids) // 2):
                    block = pool.allocate()
                    if block is None:
                        break
                    blocks.append(block)
                    written[block] = tuple(ids[: 2 * place + 2])
                    pool.register(block, blocks[place - 1] if place else None, ids[2 * place : 2 * place + 2])
                held.append(blocks)
            elif held:
                pool.release(held.pop(rng.randrange(len(held))))
            assert pool.num_used == len({block for blocks in held for block in blocks})
        assert found_again > 30
        for blocks in held:
            pool.release(blocks)
        assert pool.num_free == 12
