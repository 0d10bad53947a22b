"""The collector of garbage in a process that runs for long."""

import gc


def leave_alone_what_is_loaded(young: int) -> None:
    """What is loaded lives as long as the process: the collector need not look through it again and again.

    `young`: how many objects more there must be than before until it looks at the new ones.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(young, *gc.get_threshold()[1:])
