"""A tool: a named set of operations behind one `execute`."""

import importlib
import json
import pkgutil
import platform
from functools import cache, cached_property
from importlib.metadata import version
from typing import Any, ClassVar

from havoc.tools.errors import ToolError, nearest
from havoc.tools.operation import Operation
from havoc.tools.result import Result


class Tool:
    """Base of the tools. The modules of its packages are imported when an operation is first wanted."""

    name: ClassVar[str]
    """Under which calls name it."""
    packages: ClassVar[tuple[str, ...]]
    """Dotted names of the packages whose modules declare its Operations."""
    default_operation: ClassVar[str | None] = None
    """What a call without `operation` means."""

    @cached_property
    def operations(self) -> dict[str, Operation[Any, Any]]:
        """Operations by name: packages in their order, modules by name, operations as in the text."""
        found: dict[str, Operation[Any, Any]] = {}
        for module in [name for package in self.packages for name in _modules(package)]:
            for value in vars(importlib.import_module(module)).values():
                if isinstance(value, Operation) and value.function.__module__ == module:
                    if value.name in found:
                        raise RuntimeError(f"{module}: the operation {value.name} is declared twice")
                    found[value.name] = value
        return found

    def operation(self, name: str) -> Operation[Any, Any]:
        """The operation `name`.

        Raises:
            ToolError: there is none; the message names the nearest.
        """
        found = self.operations.get(name) if isinstance(name, str) else None
        if found is None:
            close = nearest(name, self.operations) if isinstance(name, str) else []
            remedy = f"did you mean {' or '.join(close)}?" if close else "`python -m havoc.tools` lists the operations"
            raise ToolError("operation", name, f"{self.name} has no such operation", remedy)
        return found

    def execute(self, operation: str, /, *, figures: bool = False, **arguments: Any) -> dict[str, Any]:
        """Run one operation.

        Args:
            operation: its name.
            figures: also draw the figures that the operation has, as SVG.
            arguments: as the operation's model describes them.

        Returns:
            JSON values: `operation`, `result` with the named numbers, what an auditor asks (`method`, `conventions`,
            `assumptions`, `warnings`, `undefined`, `conclusion`, `n_used`, `excluded`), `source`, `request`, `versions`, and
            `figures` where asked for.

        Raises:
            ToolError: an argument is wrong, or the data do not allow the operation.
        """
        chosen = self.operation(operation)
        typed = chosen.read(arguments)
        result = chosen.run(typed)
        values = result.model_dump(mode="json")
        common = {name: values.pop(name) for name in Result.model_fields}
        answer: dict[str, Any] = {
            "operation": chosen.name,
            "result": values,
            **common,
            "unit": typed.unit,
            "source": chosen.source,
            "request": typed.model_dump(mode="json", exclude_unset=True),
            "versions": versions(),
        }
        if figures:
            from havoc.tools.figures import draw

            answer["figures"] = [figure.as_json() for figure in draw(chosen.name, typed, result)]
        return answer

    def schemas(self) -> dict[str, dict[str, Any]]:
        """JSON schema of the arguments of every operation."""
        return {name: operation.schema() for name, operation in self.operations.items()}


def _modules(package: str) -> list[str]:
    """Dotted names of the modules in `package`."""
    path = importlib.import_module(package).__path__
    return sorted(f"{package}.{module.name}" for module in pkgutil.iter_modules(path) if not module.ispkg)


@cache
def versions() -> dict[str, str]:
    """Of the libraries that compute, for whoever repeats the calculation."""
    names = ("havoc", "numpy", "scipy", "statsmodels", "sympy", "scikit-learn")
    return {"python": platform.python_version()} | {name: version(name) for name in names}


def as_json(value: object) -> str:
    """`value` as JSON text; NaN and infinity are refused rather than written in a form that JSON lacks."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
