"""What no catalogue reaches yet. It only gets smaller."""

NOT_YET = frozenset(  # templates that hold words no catalogue reaches
    {
        "design.html",
    }
)
