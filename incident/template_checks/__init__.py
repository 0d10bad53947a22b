"""The templates of an installation, checked: every kind and form in every language, with and without each fact."""

from incident.template_checks.checking import (
    Checked,
    check_folder,
    check_form,
    check_kind,
    check_templates,
    languages,
)
from incident.template_checks.faults import TemplateFault
from incident.template_checks.markup import markup_faults
from incident.template_checks.samples import samples_of, samples_of_form

__all__ = [
    "Checked",
    "TemplateFault",
    "check_folder",
    "check_form",
    "check_kind",
    "check_templates",
    "languages",
    "markup_faults",
    "samples_of",
    "samples_of_form",
]
