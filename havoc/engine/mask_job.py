"""Grammar masks of a step, filled in while the model runs."""

from collections.abc import Sequence as Several
from concurrent.futures import Executor

from havoc.engine.batch import Stretch
from havoc.engine.errors import EngineError
from havoc.engine.grammar import GrammarCompiler


class MaskJob:
    """Fills one row of masks for each stretch that samples under a grammar, on the threads of `workers`."""

    def __init__(self, workers: Executor, compiler: GrammarCompiler, stretches: Several[Stretch]) -> None:
        bound = [stretch for stretch in stretches if stretch.samples and stretch.generation.matcher is not None]
        self.masks = compiler.masks(len(bound)) if bound else None
        self._rows = {stretch: row for row, stretch in enumerate(bound)}
        self._jobs = {
            stretch: workers.submit(stretch.generation.matcher.fill, self.masks, row)
            for stretch, row in self._rows.items()
            if stretch.generation.matcher is not None and self.masks is not None
        }

    def row_of(self, stretch: Stretch) -> int | None:
        """The row that holds for `stretch`."""
        return self._rows.get(stretch)

    def wait(self) -> dict[Stretch, EngineError]:
        """Wait for all rows; the errors of those that have none."""
        errors = {}
        for stretch, job in self._jobs.items():
            problem = job.exception()
            if isinstance(problem, EngineError):
                errors[stretch] = problem
            elif problem is not None:
                raise problem
        return errors
