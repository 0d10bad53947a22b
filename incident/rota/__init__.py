"""Who is on call: weekly layers, overrides, a calendar of the turns, and the steps a page takes. Pure."""

from incident.rota.calendar import calendar
from incident.rota.steps import (
    MOST_STEPS,
    USUAL_STEPS,
    BadStep,
    Due,
    Step,
    Target,
    Verdict,
    plan,
    read_step,
    step_in_words,
    verdict,
)
from incident.rota.turns import BadLayer, Layer, Override, Turn, on_call, turns

__all__ = [
    "MOST_STEPS",
    "USUAL_STEPS",
    "BadLayer",
    "BadStep",
    "Due",
    "Layer",
    "Override",
    "Step",
    "Target",
    "Turn",
    "Verdict",
    "calendar",
    "on_call",
    "plan",
    "read_step",
    "step_in_words",
    "turns",
    "verdict",
]
