"""Runbooks: what to do for one kind of incident, phase by phase, read from TOML and checked whole before use. Pure."""

from incident.runbooks.folders import Checked, check, load, told, usable
from incident.runbooks.steps import Keep, Runbook, Source, Task

__all__ = ["Checked", "Keep", "Runbook", "Source", "Task", "check", "load", "told", "usable"]
