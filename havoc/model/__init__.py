"""The transformer, its loss, its checkpoints, and the way to and from Hugging Face directories."""

from havoc.model.attention import Attend
from havoc.model.backends import Backend, choose_backend, varlen_attention
from havoc.model.base import Imported
from havoc.model.checkpoint import TOKENIZER, from_pretrained, read_shape, save_pretrained
from havoc.model.errors import ModelError
from havoc.model.gguf import import_gguf
from havoc.model.huggingface import export_huggingface, import_huggingface
from havoc.model.loss import IGNORED, token_cross_entropy
from havoc.model.projection import Projection
from havoc.model.transformer import HavocModel

__all__ = [
    "IGNORED",
    "TOKENIZER",
    "Attend",
    "Backend",
    "HavocModel",
    "Imported",
    "ModelError",
    "Projection",
    "choose_backend",
    "export_huggingface",
    "from_pretrained",
    "import_gguf",
    "import_huggingface",
    "read_shape",
    "save_pretrained",
    "token_cross_entropy",
    "varlen_attention",
]
