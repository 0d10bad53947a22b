"""The profiles by name, and the label of each that can stand beside a deadline as another reading."""

from collections.abc import Mapping

from incident.law.counting import calendar_days, calendars, elapsed, european
from incident.law.counting.business_days import business_days, everywhere, sec_business_days
from incident.law.counting.same_time import same_time
from incident.law.counting.terms import Profile, Unit

_SAME_TIME = {unit: same_time(unit) for unit in (Unit.DAYS, Unit.MONTHS, Unit.YEARS)}
_BRAZILIAN = "Saturdays, Sundays and the national holidays of Brazil"

PROFILES: Mapping[str, Profile] = {
    "plain_elapsed_hours": elapsed.plain_elapsed_hours,
    "no_fixed_period": elapsed.no_fixed_period,
    **dict.fromkeys(
        ("calendar_days", "au_calendar_days", "sg_calendar_days", "us_calendar_days_no_roll"),
        calendar_days.calendar_days,
    ),
    "us_calendar_days_moved": calendar_days.moved_to_business_day,
    "us_calendar_days_after_year_end": calendar_days.after_year_end,
    "us_sec_business_days": sec_business_days,
    **dict.fromkeys(("us_federal_business_days", "us_state_business_days"), business_days(lambda _: calendars.FEDERAL)),
    "us_state_business_days_state_holidays": business_days(calendars.federal_and_state),
    "br_business_days": everywhere(calendars.brazilian, _BRAZILIAN),
    "br_business_days_carnival": everywhere(calendars.brazilian_with_carnival, f"{_BRAZILIAN}, and Carnival,"),
    "br_business_days_ash_wednesday": everywhere(
        calendars.brazilian_with_ash_wednesday, f"{_BRAZILIAN}, and Carnival and Ash Wednesday,"
    ),
    "br_business_days_no_holidays": everywhere(calendars.no_holidays, "Saturdays and Sundays"),
    "co_business_days": everywhere(calendars.colombian, "Saturdays, Sundays and the holidays of Colombia"),
    "jp_days": calendar_days.japanese_days,
    "jp_days_moved": calendar_days.japanese_days_moved,
    "jp_days_window_end": calendar_days.japanese_window,
    "eu_1182_71_hours": elapsed.full_hours,
    "eu_1182_71_3_5_part_days": elapsed.part_days_count,
    "eu_1182_71_3_5_full_days": elapsed.full_days_count,
    "eu_1182_71_days": european.full_days(Unit.DAYS),
    "eu_1182_71_months": european.full_days(Unit.MONTHS),
    "dora_5_4": european.noon_of_next_working_day,
    "same_time_days": _SAME_TIME[Unit.DAYS],
    **dict.fromkeys(("same_time_months", "calendar_months"), _SAME_TIME[Unit.MONTHS]),
    **dict.fromkeys(("same_time_years", "calendar_years"), _SAME_TIME[Unit.YEARS]),
}

_REGULATION = "Reg. (EEC, Euratom) No 1182/71"
_DISPUTED = f"{_REGULATION} Art. 3(5): disputed for hours, rejected by BayLfD and LDI NRW, information only"
_TO_MIDNIGHT = f"to 24:00 of the last day or of the next working day, {_REGULATION} Art. 3(2) to (5)"
_ANALOGY = "by analogy with Resolution CD/ANPD No 1/2021 Art. 8 and Lei 9.784/1999 Art. 66"

READINGS: Mapping[str, str] = {
    "eu_1182_71_hours": f"from the next full hour, {_REGULATION} Art. 3(1) and (2)(a), information only",
    "eu_1182_71_3_5_part_days": f"two working days, a part of each is enough, {_DISPUTED}",
    "eu_1182_71_3_5_full_days": f"two whole working days, {_DISPUTED}",
    "eu_1182_71_days": _TO_MIDNIGHT,
    "eu_1182_71_months": _TO_MIDNIGHT,
    "dora_5_4": "noon of the next working day, Delegated Reg. (EU) 2025/301 Art. 5(4), unless 5(5) or (6) bars it",
    "us_calendar_days_moved": (
        "next business day, by general state rules on time (California: Civ. Code 10-11, Code Civ. Proc. 12a), "
        "not verified for breach notices"
    ),
    "us_state_business_days_state_holidays": "the state's own legal holidays are skipped too",
    "br_business_days_carnival": f"Monday and Tuesday of Carnival skipped (ponto facultativo), {_ANALOGY}",
    "br_business_days_ash_wednesday": f"Carnival and Ash Wednesday skipped (ponto facultativo), {_ANALOGY}",
    "br_business_days_no_holidays": "stricter: no holiday skipped, Resolution CD/ANPD No 15/2024 names no calendar",
    "jp_days_moved": (
        "a last day on a weekend, a holiday or 29 December to 3 January moves to the next day, "
        "PPC guideline (general rules) on the final report, not verified"
    ),
    "jp_days_window_end": "later end of about 3 to 5 days, PPC guideline (general rules) 3-5-3-3",
}
