"""The little SVG that the diagrams need: one style for both themes, text that is escaped."""

from html import escape

STYLE = """
  .ground { fill: #ffffff } .band { fill: #f1f4f8 } .box { fill: #ffffff; stroke: #8a99ad }
  .name { fill: #17212e; font-size: 13px } .head { fill: #17212e; font-size: 15px; font-weight: 600 }
  .small { fill: #51606f; font-size: 11px } .edge { fill: none; stroke: #3f6ea8; stroke-opacity: .45 }
  .way { fill: none; stroke: #3f6ea8; stroke-width: 1.6 } .back { stroke-dasharray: 5 4 } .tip { fill: #3f6ea8 }
  .final { fill: #e3ecf7 }
  text { font-family: system-ui, -apple-system, "Segoe UI", sans-serif }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #10161d } .band { fill: #1a222c } .box { fill: #10161d; stroke: #5d6d80 }
    .name, .head { fill: #e6edf5 } .small { fill: #a5b3c2 } .edge, .way { stroke: #7fb0ee } .tip { fill: #7fb0ee }
    .final { fill: #22344a }
  }"""
TIP = (
    '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path class="tip" d="M0 0 8 4 0 8z"/></marker>'
)


def picture(width: int, height: int, title: str, parts: list[str]) -> str:
    """A whole file."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img">'
    ground = f'<rect class="ground" width="{width}" height="{height}" rx="8"/>'
    body = "\n".join([f"<title>{escape(title)}</title>", f"<style>{STYLE}\n</style>", f"<defs>{TIP}</defs>", ground])
    return "\n".join([head, body, *parts, "</svg>", ""])


def box(x: float, y: float, width: float, height: float, kind: str = "box") -> str:
    return f'<rect class="{kind}" x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}" rx="5"/>'


def words(x: float, y: float, said: str, kind: str = "name", anchor: str = "middle") -> str:
    return f'<text class="{kind}" x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{escape(said)}</text>'


def path(course: str, kind: str, *, tip: bool = True) -> str:
    end = ' marker-end="url(#tip)"' if tip else ""
    return f'<path class="{kind}" d="{course}"{end}/>'
