"""The structures of model.h and team.h, field by field."""

import ctypes

_Pointer, _Integer = ctypes.c_void_p, ctypes.c_int64


class Matrix(ctypes.Structure):
    """A packed matrix."""

    _fields_ = [("panels", _Pointer), ("units", _Integer), ("unit_panels", _Integer), ("depth", _Integer)]


class Layer(ctypes.Structure):
    """The weights of a layer."""

    _fields_ = [
        ("attention_norm", _Pointer),
        ("qkv", Matrix),
        ("out", Matrix),
        ("mlp_norm", _Pointer),
        ("gate_up", Matrix),
        ("down", Matrix),
    ]


class Model(ctypes.Structure):
    """Shape, weights, and the memory for keys and values."""

    _fields_ = [
        ("layers", _Integer),
        ("width", _Integer),
        ("heads", _Integer),
        ("kv_heads", _Integer),
        ("head_dim", _Integer),
        ("vocab", _Integer),
        ("positions", _Integer),
        ("blocks", _Integer),
        ("block_size", _Integer),
        ("epsilon", ctypes.c_float),
        ("layer", ctypes.POINTER(Layer)),
        ("norm", _Pointer),
        ("head", Matrix),
        ("cos", _Pointer),
        ("sin", _Pointer),
        ("store", _Pointer),
    ]


class Group(ctypes.Structure):
    """Neighbouring sequences with equally many new tokens."""

    _fields_ = [
        ("first", _Integer),
        ("sequences", _Integer),
        ("length", _Integer),
        ("width", _Integer),
        ("blocks", _Pointer),
    ]


class Step(ctypes.Structure):
    """What one call computes."""

    _fields_ = [
        ("rows", _Integer),
        ("embedded", _Pointer),
        ("positions", _Pointer),
        ("slots", _Pointer),
        ("num_wanted", _Integer),
        ("wanted", _Pointer),
        ("num_groups", _Integer),
        ("groups", ctypes.POINTER(Group)),
        ("logits", _Pointer),
    ]


class OpenMP(ctypes.Structure):
    """Entry points of an OpenMP run time."""

    _fields_ = [("parallel", _Pointer), ("thread_num", _Pointer), ("num_threads", _Pointer)]
