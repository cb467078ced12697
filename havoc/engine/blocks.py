"""Blocks of the key-value cache: who holds them, and which finished ones can be found again by their tokens."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence


class BlockPool:
    """Hands out the numbers 0..num_blocks-1, counts the holders of each, and remembers full blocks by content.

    A block with several holders may only be read. A full one that was registered stays findable after its last holder
    let go, until its memory is needed: the one that was let go longest ago is taken first.

    Content is told apart exactly: a block's key is its tokens and the serial number of the content before it, which
    stands for one particular prefix and is never given again.
    """

    def __init__(self, num_blocks: int, block_size: int, *, prefix_cache: bool) -> None:
        self.num_blocks = num_blocks
        self.block_size = block_size
        self._prefix_cache = prefix_cache
        self._holders = [0] * num_blocks
        self._empty = list(range(num_blocks - 1, -1, -1))
        self._findable: OrderedDict[int, None] = OrderedDict()  # registered blocks without holders, oldest first
        self._content = [0] * num_blocks  # serial number of a block's content, 0 while it has none
        self._key: dict[int, tuple[int, tuple[int, ...]]] = {}
        self._by_key: dict[tuple[int, tuple[int, ...]], int] = {}
        self._serial = 0
        self._tainted: set[int] = set()

    @property
    def num_free(self) -> int:
        """Blocks without a holder."""
        return len(self._empty) + len(self._findable)

    @property
    def num_used(self) -> int:
        """Blocks that somebody holds."""
        return self.num_blocks - self.num_free

    def allocate(self) -> int | None:
        """A block with one holder, the caller; None where all are held."""
        if self._empty:
            block = self._empty.pop()
        elif self._findable:
            block, _ = self._findable.popitem(last=False)
            self._forget(block)
        else:
            return None
        self._holders[block] = 1
        return block

    def share(self, blocks: Iterable[int]) -> None:
        """Count one more holder of each of `blocks`."""
        for block in blocks:
            self._holders[block] += 1

    def is_shared(self, block: int) -> bool:
        """Whether somebody else holds `block` too."""
        return self._holders[block] > 1

    def release(self, blocks: Sequence[int]) -> None:
        """Count one holder less of each, in the order of a sequence. Later blocks are reused first: they depend on the
        earlier."""
        for block in reversed(blocks):
            self._holders[block] -= 1
            if self._holders[block]:
                continue
            if block in self._key:
                self._findable[block] = None
            else:
                self._content[block] = 0
                self._empty.append(block)

    def find(self, ids: Sequence[int]) -> list[int]:
        """The longest run of registered blocks that begin `ids`, each with one more holder.

        At least one id is left over, since its logits have to be computed.
        """
        found: list[int] = []
        content = 0
        for end in range(self.block_size, len(ids), self.block_size):
            block = self._by_key.get((content, tuple(ids[end - self.block_size : end])))
            if block is None:
                break
            if not self._holders[block]:
                del self._findable[block]
            self._holders[block] += 1
            content = self._content[block]
            found.append(block)
        return found

    def register(self, block: int, before: int | None, ids: Sequence[int]) -> None:
        """Make `block`, which holds the keys and values of `ids`, findable behind the block `before` (None: at the
        start)."""
        if not self._prefix_cache or self._content[block]:
            return
        parent = 0 if before is None else self._content[before]
        if before is not None and not parent:
            return  # what comes before was never registered, so nobody could get here
        key = (parent, tuple(ids))
        if key in self._by_key:
            self._content[block] = self._content[
                self._by_key[key]
            ]  # the same content twice; what follows is found behind either
            return
        self._serial += 1
        self._content[block] = self._serial
        self._key[block] = key
        self._by_key[key] = block

    def taint(self, blocks: Iterable[int]) -> None:
        """Make held `blocks` unfindable, and remember that what is in them must not be read by whoever gets them next."""
        for block in blocks:
            self._tainted.add(block)
            if block in self._key:
                self._forget(block)

    def cleanse(self, block: int) -> bool:
        """Whether `block` was tainted; the caller, who holds it alone, overwrites it now."""
        tainted = block in self._tainted
        self._tainted.discard(block)
        return tainted

    def _forget(self, block: int) -> None:
        del self._by_key[self._key.pop(block)]
        self._content[block] = 0
