"""Turn a model of Llama shape into a HAVOC checkpoint: Llama, Mistral, SmolLM2, from Hugging Face files or a GGUF.

python -m jobs.import_model --source DIR_OR_GGUF --output DIR [--dtype bf16|fp32] [--chat auto|chatml|havoc]

The tokenizer comes along, with HAVOC's special tokens appended. `--chat` says how conversations are laid out: as in ChatML,
or in HAVOC's own form, which a base has yet to learn; `auto` takes ChatML where the base speaks it.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch

from havoc.model import ModelError, import_gguf, import_huggingface, save_pretrained
from havoc.tokens import CHAT_FORMS, ChatForm
from jobs.command import errors_as_one_line

DTYPES = {"bf16": torch.bfloat16, "fp32": torch.float32}
_OF_A_CHECKPOINT = {"manifest.json", "config.json", "tokenizer"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments and import."""
    parser = argparse.ArgumentParser(
        prog="python -m jobs.import_model", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--source", type=Path, required=True, help="folder with config.json and safetensors, or a .gguf file"
    )
    parser.add_argument("--output", type=Path, required=True, help="folder of the checkpoint; an older one is replaced")
    parser.add_argument("--dtype", choices=DTYPES, default="bf16", help="of the weights (%(default)s)")
    parser.add_argument("--chat", choices=("auto", *CHAT_FORMS), default="auto", help="form of conversations (%(default)s)")
    options = parser.parse_args(arguments)
    with errors_as_one_line():
        convert(options.source, options.output, DTYPES[options.dtype], CHAT_FORMS.get(options.chat))


def convert(source: Path, output: Path, dtype: torch.dtype = torch.bfloat16, form: ChatForm | None = None) -> None:
    """Write the model of `source` as the checkpoint `output`, and say what it is.

    Raises:
        HavocError: the source is not complete or not of Llama shape, or `output` holds something other than a checkpoint.
    """
    if output.exists() and not (output.is_dir() and _may_be_replaced(output)):
        raise ModelError(f"{output}: holds something other than a checkpoint, which is not written over; name a new folder")
    if not source.exists():
        raise ModelError(f"{source}: no such file or folder; name a folder with safetensors, or a .gguf file")
    read = import_huggingface if source.is_dir() else import_gguf
    model, tokenizer, notes = read(source, dtype=dtype, chat_form=form)
    save_pretrained(model, output, tokenizer)
    shape = model.config
    head = "tied head" if shape.tie_word_embeddings else "head of its own"
    print(f"{output}: {shape.num_parameters:,} parameters in {shape.num_layers} layers, {head}")
    print(f"{tokenizer.vocab_size} ids, up to {shape.max_seq_len} tokens, conversations as in {tokenizer.chat_form.name}")
    for note in notes:
        print(f"note: {note}")


def _may_be_replaced(folder: Path) -> bool:
    names = {path.name for path in folder.iterdir()}
    return not names or names >= _OF_A_CHECKPOINT


if __name__ == "__main__":
    main()
