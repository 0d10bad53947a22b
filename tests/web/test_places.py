"""The places the palette knows: each is there, each key leads to one, and roles decide who is led where."""

from incident.roles import Action
from incident.web import ROUTERS
from incident.web.places import CAPTURED, PLACES, folded, matching, places_for


def test_every_place_is_a_page_there_is() -> None:
    served = {getattr(route, "path", "") for router in ROUTERS for route in router.routes}
    assert {place.href for place in (*PLACES, *CAPTURED)} <= served


def test_no_two_places_have_one_key() -> None:
    keys = [place.key for place in (*PLACES, *CAPTURED) if place.key]
    assert len(set(keys)) == len(keys)


def test_whom_no_role_lets_in_is_led_to_no_page_of_it() -> None:
    assert "/sources" not in {place.href for place in places_for({Action.READ}, has_mailbox=True)}
    assert "/mailbox" not in {place.href for place in places_for(set(Action), has_mailbox=False)}


def test_what_begins_with_the_word_comes_first() -> None:
    assert [place.title for place in matching(PLACES, "re")][:2] == ["Report an incident", "Replies to sort"]
    assert folded("Ácme ÖHLER") == "acme ohler"
