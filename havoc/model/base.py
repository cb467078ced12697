"""What every import of a base has in common: its tokenizer becomes HAVOC's, and its tables get rows for the new ids."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from havoc.model.errors import ModelError
from havoc.model.transformer import HavocModel
from havoc.tokens import CHATML, CHATML_NAMES, HAVOC, ChatForm, HuggingFaceTokenizer, Tokenizer, added_tokens, count_ids


class Imported(NamedTuple):
    """A base as HAVOC has it."""

    model: HavocModel
    tokenizer: Tokenizer
    notes: tuple[str, ...] = ()
    """What is not as the base has it, a sentence each."""


class Adopted(NamedTuple):
    """A base's tokenizer with HAVOC's special tokens."""

    tokenizer: Tokenizer
    known: int
    """Ids that the base had: the others' rows are new."""


class Speech(NamedTuple):
    """What a base says of the way it is spoken to. None where it says nothing."""

    bos: str | None = None
    eos: str | None = None
    template: str | None = None
    """The chat template, in Jinja."""


def adopt(content: bytes, speech: Speech, form: ChatForm | None, where: str) -> Adopted:
    """The tokenizer of a base, from the content of its tokenizer.json.

    `<bos>` and `<eos>` become names of tokens that the base was trained with: ChatML's marks, or what the base begins and
    ends a text with. All other special tokens of HAVOC are appended.

    Args:
        content: the tokenizer.json.
        speech: how the base is spoken to.
        form: the chat form; None for ChatML where the base speaks it, and HAVOC's own where it does not.
        where: named in errors.

    Raises:
        ModelError: ChatML is asked for, and the base has no tokens for it.
        TokensError: the tokenizer cannot be used.
    """
    added = added_tokens(content)
    marked = added >= CHATML_NAMES.keys()
    if form is None:
        form = CHATML if marked and all(name in (speech.template or name) for name in CHATML_NAMES) else HAVOC
    if form == CHATML:
        if not marked:
            raise ModelError(f"{where}: the base has no {' and '.join(CHATML_NAMES)}, so it knows no ChatML; choose havoc")
        rename = CHATML_NAMES
    else:
        pairs = [(speech.eos, "<eos>"), (speech.bos if speech.bos != speech.eos else None, "<bos>")]
        rename = {old: new for old, new in pairs if old in added and new not in added}
    return Adopted(HuggingFaceTokenizer.from_base(content, rename, form), count_ids(content))


def joined(parts: Sequence[Tensor], name: str, where: str) -> Tensor:
    """The rows of `parts` in one matrix, or the numbers in one vector.

    Raises:
        ModelError: they are not equally wide.
    """
    if len({part.shape[1:] for part in parts}) > 1:
        shapes = ", ".join(str(list(part.shape)) for part in parts)
        raise ModelError(f"{where}: the parts of {name} do not fit together ({shapes}); copy the base again")
    return torch.cat(list(parts))


def with_rows(table: Tensor, adopted: Adopted, rows: int) -> Tensor:
    """`table` [ids, d_model] with `rows` rows, those of new ids the mean of the base's own.

    A new token then starts as likely as an average one (Hewitt 2021). A base's table can be longer than its tokenizer: the
    rows of its padding were never trained, and are the mean as well where they get an id.
    """
    if table.dim() != 2:
        return table  # `assign_weights` says what is wrong with it
    known = min(adopted.known, len(table))
    mean = table[:known].float().mean(dim=0, keepdim=True).to(table.dtype)
    new = range(known, max(known, adopted.tokenizer.vocab_size))
    return torch.cat([table[:known], mean.expand(len(new), -1), table[new.stop : rows]])
