"""The states of a release, in the groups that questions are asked about."""

from notifications.models import ReleaseState

UNDER_WAY = (ReleaseState.REQUESTED, ReleaseState.APPROVED, ReleaseState.STOPPED)
"""Asked for and not over: mails may still go."""
WENT_OUT = (ReleaseState.APPROVED, ReleaseState.STOPPED, ReleaseState.FINISHED)
"""Approved at some time: mails of it may have gone."""
