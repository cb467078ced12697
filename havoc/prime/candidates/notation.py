"""Mathematics as people print it, in the notation that the tools read."""

import re

_SIGNS = {
    "\u2212": "-",
    "\u2013": "-",
    "\u00b7": "*",
    "\u00d7": "*",
    "\u00f7": "/",
    "\u2264": "<=",
    "\u2265": ">=",
    "\u03c0": "pi",
    "\u221e": "inf",
}
_RAISED = str.maketrans(
    "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b\u207d\u207e\u207f", "0123456789+-()n"
)
_POWER = re.compile("[\u2070\u00b9\u00b2\u00b3\u2074-\u2079\u207a\u207b\u207d\u207e\u207f]+")
_FUNCTIONS = "sin|cos|tan|sec|csc|cot|sinh|cosh|tanh|log|ln|exp"
_POWER_OF = re.compile(rf"(?<![a-zA-Z])(?P<name>{_FUNCTIONS})\^(?P<power>\d)\s?(?P<of>\d*[a-z](?![a-z])|\([^()]*\))")
_BARE = re.compile(rf"(?<![a-zA-Z])(?P<name>{_FUNCTIONS})\s(?P<of>\d*[a-z](?![a-zA-Z(]))")
_ROOT = re.compile(r"\u221a\s?(?P<of>\d+(?:\.\d+)?|[a-zA-Z]\w?|\([^()]*\))")
_PRODUCT = re.compile(r"(?<![A-Za-z])(?P<name>[a-eh-zA-EHI-Z]\d?)\((?=[^()]*[-+*/^])")
_DEFINED = re.compile(r"^\s*[A-Za-z]\w?\s*\(\s*[A-Za-z]\s*\)\s*=\s*(?=\S)")


def as_typed(text: str) -> str:
    """`sin\u2074x \u2212 2\u00b7\u221a12` as `sin(x)^4 - 2*sqrt(12)`; of `f(t) = 3t` what f is; `k(k+1)` is a product."""
    for sign, plain in _SIGNS.items():
        text = text.replace(sign, plain)
    text = _POWER.sub(_as_power, text)
    text = _ROOT.sub(lambda match: f"sqrt({match['of'].strip('()')})", text)
    text = _POWER_OF.sub(lambda match: f"{match['name']}({match['of'].strip('()')})^{match['power']}", text)
    text = _BARE.sub(lambda match: f"{match['name']}({match['of']})", text)
    return _PRODUCT.sub(lambda match: f"{match['name']}*(", _DEFINED.sub("", text))


def _as_power(match: re.Match[str]) -> str:
    plain = match[0].translate(_RAISED)
    return f"^{plain}" if plain.isalnum() else f"^({plain.strip('()')})"
