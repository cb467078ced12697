"""The transformer, its loss, its checkpoints, sampling, and the way to and from Hugging Face directories."""

from havoc.model.backends import varlen_attention
from havoc.model.cache import KVCache
from havoc.model.checkpoint import TOKENIZER, from_pretrained, read_shape, save_pretrained
from havoc.model.errors import ModelError
from havoc.model.generation import generate
from havoc.model.gguf import import_gguf
from havoc.model.huggingface import export_huggingface, import_huggingface
from havoc.model.loss import IGNORED, token_cross_entropy
from havoc.model.transformer import HavocModel

__all__ = [
    "IGNORED",
    "TOKENIZER",
    "HavocModel",
    "KVCache",
    "ModelError",
    "export_huggingface",
    "from_pretrained",
    "generate",
    "import_gguf",
    "import_huggingface",
    "read_shape",
    "save_pretrained",
    "token_cross_entropy",
    "varlen_attention",
]
