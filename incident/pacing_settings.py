"""Settings of large releases: the canary, the ramp, and the hours mail is sent in."""

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from notifications.sending_hours import read_hours


class PacingSettings(BaseSettings):
    """The part of `Settings` that says how a release is opened and when it is sent."""

    canary_from: int = Field(default=1000, ge=0, description="Recipients from which a release has steps; 0: never.")
    canary_size: int = Field(default=20, ge=1, le=1000, description="People it goes to before a person confirms.")
    ramp_factor: int = Field(default=5, ge=2, le=100, description="Each further step reaches so many times as many.")
    ramp_minutes: int = Field(default=15, ge=0, le=1440, description="Minutes from one step to the next.")
    ramp_trouble_percent: int = Field(
        default=5, ge=0, le=100, description="More per cent of a step in trouble, and at least 5 people, hold the next."
    )
    sending_hours: str = Field(
        default="", description="Of notices no law asks for, such as 08:00-20:00 Europe/Berlin; not set: any."
    )

    @field_validator("sending_hours")
    @classmethod
    def _are_hours(cls, value: str) -> str:
        read_hours(value)
        return value
