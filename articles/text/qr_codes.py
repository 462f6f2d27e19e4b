"""QR codes (ISO/IEC 18004) of addresses, for paper."""

from functools import lru_cache

import segno


@lru_cache(maxsize=1_024)
def qr_code(address: str) -> str:
    """Return the QR code of the address of a page, made once. Raises as `draw`."""
    return draw(address, "这个页面的二维码")


def draw(address: str, label: str) -> str:
    """Return the QR code of an address as the HTML of an SVG picture, whose size and quiet zone are the page's.

    Level M, which a fold or a stain of a seventh of it does not harm. The mask is given, because to look for the best
    of eight takes three quarters of the time, and each page pays for it once.

    Raises:
        segno.encoder.DataOverflowError: above 2,331 bytes.
    """
    svg: str = segno.make_qr(address, error="m", boost_error=False, mask=0).svg_inline(
        border=0, omitsize=True, svgclass=None, lineclass=None
    )
    return svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
