"""Settings of the form people report by: for whom it is, whether they may stay anonymous, how many are taken."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings


class ReportSettings(BaseSettings):
    """The part of `Settings` that says how people report something without mail."""

    report_form: Literal["off", "inside", "public"] = Field(
        default="inside",
        description="Who has the report form: public: anybody, at /report, and people in the console; inside: people "
        "in the console; off: nobody.",
    )
    report_anonymous: bool = Field(
        default=True, description="Whether the public form may be sent without saying how its sender is reached."
    )
    report_forms_an_hour: int = Field(
        default=100, ge=1, le=10_000, description="Reports the public form takes within an hour, in all."
    )
    report_forms_an_address: int = Field(
        default=5,
        ge=1,
        le=1000,
        description="Reports the public form takes within an hour from one network: an IPv4 address, an IPv6 /64.",
    )
