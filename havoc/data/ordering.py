"""Ray Data's order, which is not kept unless it is asked for."""

import ray.data


def keep_order() -> None:
    """Make every dataset and iterator that this process makes from here on deliver rows in their order.

    Ray Train hands the driver's setting on to its workers when the trainer is built; without it, a worker's prefetching
    threads deliver batches in the order in which they finish.
    """
    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.enable_progress_bars = False
