"""Decoding on CPUs in one call per step, by a C++ library that is compiled on the machine it runs on."""

from havoc.engine.native.decoder import NativeDecoder

__all__ = ["NativeDecoder"]
