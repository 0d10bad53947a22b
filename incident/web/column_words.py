"""What the columns of a file of people take, in words, with a file that itself imports."""

from notifications.wording import Said, worded

TAKES: tuple[tuple[tuple[str, ...], Said], ...] = (
    (("person", "id"), worded("Tells people apart and stays the same, such as your customer number. Must be there.")),
    (("address", "email"), worded("The mail address; whoever is told by e-mail needs one.")),
    (
        ("locale", "language"),
        worded("The language they are told in, by its letters: de, en or pt-BR. Empty: not known."),
    ),
    (
        ("region", "country"),
        worded("Where they live: two letters such as DE, a name such as Germany, or a part such as US-CA."),
    ),
    (("account",), worded("Your id of the customer account they belong to.")),
    (("role",), worded("What they are in that account, such as admin.")),
    (
        ("segment",),
        worded("Which variant of the text they get, where it has any: its name. Empty: the first text."),
    ),
    (("name",), worded("Their name, for the greeting.")),
)
EXAMPLE = """\
person,address,locale,region,account,role,segment,name
K-1001,ada.kern@example.org,de,Germany,acme,admin,,Ada Kern
"""
