"""An invented customer is told figures in the words a real one gets: numbers, places and moments of that language."""

from incident.customer_figures import Wording
from incident.phrases import load_phrases
from incident.queries.previews import INVENTED, in_words
from tests.incident.notices import SHIPPED

WORDING = Wording("Europe/Berlin", {name: load_phrases([SHIPPED], name) for name in ("de", "fr")})


def test_an_invented_customer_is_told_figures_as_a_real_one_is() -> None:
    named = {sample.key: sample for sample in INVENTED}
    german, french = (in_words(named["example"], name, WORDING).values for name in ("de", "fr"))
    assert (german["countries"], german["customer"]) == ("Deutschland (200), Frankreich (40)", "Example Ltd")
    assert french["exposure"].startswith("21 novembre 2026 à 07:00 \N{EN DASH} 23 novembre 2026 à 18:30 (Europe/Berlin")
    assert "…" not in "".join(german.values()) + "".join(french.values())
    assert in_words(named["missing"], "de", WORDING) == named["missing"]
