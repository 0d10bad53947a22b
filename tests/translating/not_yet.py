"""What no catalogue reaches yet: templates that hold words of their own. It only gets smaller."""

NOT_YET: frozenset[str] = frozenset()
