"""What is not translated yet. Both only get smaller."""

UNTRANSLATED = 466  # messages of a language without their translation

NOT_YET = frozenset(  # templates that hold words no catalogue reaches
    {
        "assets.html",
        "chat.html",
        "design.html",
        "error.html",
        "finder_parts.html",
        "finder_thread.html",
        "finders.html",
        "go.html",
        "on_call.html",
        "own_acts.html",
        "own_report.html",
        "own_reports.html",
        "page_link.html",
        "paged.html",
        "pages.html",
        "paging_parts.html",
        "public.html",
        "quarantine.html",
        "report_parts.html",
        "source.html",
        "sources.html",
        "team.html",
    }
)
