"""Words of the page of assets."""

from incident.adapters.signals import AssetKind
from incident.web.assets import KINDS


def test_every_kind_of_asset_that_an_alert_may_name_has_a_name_on_the_page() -> None:
    assert [kind for kind in AssetKind if kind not in KINDS] == []
