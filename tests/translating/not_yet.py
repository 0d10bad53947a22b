"""What is not translated yet. Both only get smaller."""

UNTRANSLATED = 712  # messages of a language without their translation

NOT_YET = frozenset(  # templates that hold words no catalogue reaches
    {
        "assessment.html",
        "assets.html",
        "breach_register.html",
        "chat.html",
        "customer.html",
        "customers.html",
        "design.html",
        "duties.html",
        "duty_parts.html",
        "error.html",
        "fact_parts.html",
        "facts.html",
        "finder_parts.html",
        "finder_thread.html",
        "finders.html",
        "go.html",
        "incident_answers.html",
        "list_made.html",
        "lookups.html",
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
        "report.html",
        "report_parts.html",
        "source.html",
        "sources.html",
        "standing.html",
        "team.html",
    }
)
