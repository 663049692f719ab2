"""Render the icons' SVG sources as PNG: `python -m addin.ribbon.render_icons` after drawing or changing one.

The pictures are committed, so that a build needs no renderer; this script alone needs resvg_py.
"""

from __future__ import annotations

import resvg_py

from addin.ribbon.customui import ICON_PIXELS, ICONS


def render() -> None:
    """Write every icon in every size."""
    for source in sorted(ICONS.glob("*.svg")):
        for pixels in ICON_PIXELS:
            picture = resvg_py.svg_to_bytes(svg_string=source.read_text("utf-8"), width=pixels, height=pixels)
            source.with_name(f"{source.stem}_{pixels}.png").write_bytes(bytes(picture))


if __name__ == "__main__":
    render()
