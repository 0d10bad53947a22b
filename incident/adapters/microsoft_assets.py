"""Words of Microsoft's monitors: how grave an alert is; what it touches, Azure resources by id, entities by kind."""

from incident.adapters.documents import Json
from incident.adapters.fields import asset_of, first_text, objects, scalar_text
from incident.adapters.signals import Asset, AssetKind, Severity

Entity = dict[str, Json]

SEVERITIES = {
    "high": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "low": Severity.LOW,
    "informational": Severity.INFO,
}
"""Of Defender, of Sentinel and of Graph, which hands on the alerts of both."""
_RESOURCES = {
    "microsoft.compute/virtualmachines": AssetKind.HOST,
    "microsoft.compute/virtualmachinescalesets": AssetKind.HOST,
    "microsoft.hybridcompute/machines": AssetKind.HOST,
    "microsoft.storage/storageaccounts": AssetKind.BUCKET,
    "microsoft.sql/servers": AssetKind.DATABASE,
    "microsoft.sql/servers/databases": AssetKind.DATABASE,
    "microsoft.sql/managedinstances": AssetKind.DATABASE,
    "microsoft.dbforpostgresql/servers": AssetKind.DATABASE,
    "microsoft.dbforpostgresql/flexibleservers": AssetKind.DATABASE,
    "microsoft.dbformysql/servers": AssetKind.DATABASE,
    "microsoft.dbformysql/flexibleservers": AssetKind.DATABASE,
    "microsoft.documentdb/databaseaccounts": AssetKind.DATABASE,
    "microsoft.cache/redis": AssetKind.DATABASE,
    "microsoft.web/sites": AssetKind.APPLICATION,
    "microsoft.web/staticsites": AssetKind.WEBSITE,
    "microsoft.keyvault/vaults": AssetKind.SECRET,
    "microsoft.app/containerapps": AssetKind.CONTAINER,
    "microsoft.containerinstance/containergroups": AssetKind.CONTAINER,
    "microsoft.insights/components": AssetKind.APPLICATION,
}
_ENTITIES: dict[str, tuple[AssetKind, tuple[str, ...]]] = {
    "mailbox": (AssetKind.MAILBOX, ("mailboxprimaryaddress", "primaryaddress", "upn")),
    "host": (AssetKind.HOST, ("hostname", "netbiosname", "friendlyname")),
    "device": (AssetKind.HOST, ("devicednsname", "hostname", "devicename")),
    "account": (AssetKind.USER, ("upn", "accountname", "name", "displayname", "friendlyname")),
    "user": (AssetKind.USER, ("userprincipalname", "accountname")),
    "cloudapplication": (AssetKind.APPLICATION, ("appname", "displayname", "name", "friendlyname")),
    "oauthapplication": (AssetKind.APPLICATION, ("displayname", "appname")),
    "blobcontainer": (AssetKind.BUCKET, ("name",)),
    "container": (AssetKind.CONTAINER, ("name",)),
    "analyzedmessage": (AssetKind.MAILBOX, ("recipientemailaddress",)),
    "mailmessage": (AssetKind.MAILBOX, ("recipient",)),
}
"""Kinds of entities that are ours; an address, a file or a process is not what an alert touches."""


_FIRST = (AssetKind.MAILBOX, AssetKind.USER, AssetKind.HOST)


def resource_asset(resource: Json, kind: Json = None, region: Json = None) -> Asset | None:
    """The asset of a resource's id (`/subscriptions/…/providers/<type>/<name>`), its kind where that is said too."""
    text = (scalar_text(resource) or "").rstrip("/")
    parts = [one for one in text.split("/") if one]
    if not parts:
        return None
    said = scalar_text(kind) or _type_of(parts)
    if len(parts) == 2 and parts[0].lower() == "subscriptions":
        return asset_of(AssetKind.ACCOUNT, parts[1], region)
    return asset_of(_RESOURCES.get(said.lower(), AssetKind.RESOURCE), parts[-1], region)


def named_asset(name: Json, kind: Json, region: Json = None) -> Asset | None:
    """The asset of a resource by its name and its type."""
    return asset_of(_RESOURCES.get((scalar_text(kind) or "").lower(), AssetKind.RESOURCE), name, region)


def entity_asset(kind: Json, properties: Json) -> Asset | None:
    """The asset an entity is; None for what is none of ours. Names of members come in any letter case."""
    word = (scalar_text(kind) or "").lower().rsplit(".", 1)[-1].removesuffix("evidence").replace("-", "")
    members = {name.lower(): value for name, value in properties.items()} if isinstance(properties, dict) else {}
    if word in ("azureresource", "amazonresource", "googlecloudresource"):
        return resource_asset(first_text(members.get("resourceid"), members.get("resourcename")))
    what, names = _ENTITIES.get(word, (AssetKind.RESOURCE, ()))
    account = members.get("useraccount")
    if isinstance(account, dict):
        members |= {name.lower(): value for name, value in account.items()}
    name = first_text(*(members.get(one) for one in names))
    suffix = scalar_text(members.get("upnsuffix"))
    if what is AssetKind.USER and name and suffix and "@" not in name:
        name = f"{name}@{suffix}"
    return asset_of(what, name)


def first_asset(entities: Json) -> Asset | None:
    """Of several the first mailbox, account or host, else the first that is ours; who attacked is none."""
    found = [asset for one in objects(entities) if (asset := _entity(one))]
    return next((asset for asset in found if asset.kind in _FIRST), found[0] if found else None)


def _entity(entity: Entity) -> Asset | None:
    roles = entity.get("roles")
    if isinstance(roles, list) and "attacker" in roles:
        return None
    kind = first_text(entity.get("@odata.type"), entity.get("kind"), entity.get("Type"), entity.get("type"))
    return entity_asset(kind, entity.get("properties", entity))


def _type_of(parts: list[str]) -> str:
    """`microsoft.sql/servers/databases` of the parts behind the last `providers`."""
    places = [place for place, one in enumerate(parts) if one.lower() == "providers"]
    behind = parts[places[-1] + 1 :] if places else []
    return "/".join([*behind[:1], *behind[1::2]])
