"""QR codes (ISO/IEC 18004) of addresses, for paper."""

import re
from functools import lru_cache

import segno

DIGIT, STEP = re.compile(r"[0-9]"), re.compile("0*1+")


class Steps(dict[str, str]):
    """What draws some light modules and the dark ones behind them, as a path of SVG has it; by these modules."""

    def __missing__(self, modules: str) -> str:
        light, dark = modules.count("0"), modules.count("1")
        self[modules] = step = f"m{light} 0h{dark}" if light else f"h{dark}"
        return step


STEPS = Steps()


def qr_code(address: str) -> str:
    """Return the QR code of the address of a page, as `draw` does.

    Each page pays for it once, so it is put together. Of two texts of the same length the codes differ in what their
    differences make by themselves: bits, correction and mask are all added without carry. So one code is drawn for all
    addresses that differ in digits alone, and one more for each digit in each place.

    Raises:
        segno.encoder.DataOverflowError: above 2,331 bytes.
    """
    plain = DIGIT.sub("0", address)
    code, size = modules(plain)
    for match in DIGIT.finditer(address):
        if match[0] != "0":
            code ^= difference(plain, match.start(), match[0])
    lines, step = f"{code:0{size * size}b}", STEPS.__getitem__
    drawn = [
        f"M0 {y}.5{''.join(map(step, STEP.findall(lines, y * size, (y + 1) * size)))}"  # one call of C for a line
        for y in range(size)
    ]
    label = 'role="img" aria-label="这个页面的二维码"'
    return f'<svg {label} viewBox="0 0 {size} {size}"><path stroke="#000" d="{"".join(drawn)}"/></svg>'


@lru_cache(maxsize=1_024)
def difference(plain: str, place: int, digit: str) -> int:
    """Return the modules that another digit in this place changes."""
    return modules(plain)[0] ^ modules.__wrapped__(f"{plain[:place]}{digit}{plain[place + 1 :]}")[0]


@lru_cache(maxsize=64)
def modules(text: str) -> tuple[int, int]:
    """Return the modules of a code, line by line as one number, and how many stand in a line."""
    matrix = code_of(text).matrix
    return int("".join(str(module) for line in matrix for module in line), 2), len(matrix)


def code_of(text: str) -> segno.QRCode:
    """Return the code: level M, which a fold or a stain of a seventh of it does not harm.

    The mask is given, because to look for the best of eight takes three quarters of the time.
    """
    return segno.make_qr(text, error="m", boost_error=False, mask=0, mode="byte")


def draw(address: str, label: str) -> str:
    """Return the QR code of an address as the HTML of an SVG picture, whose size and quiet zone are the page's.

    Raises:
        segno.encoder.DataOverflowError: above 2,331 bytes.
    """
    svg: str = code_of(address).svg_inline(border=0, omitsize=True, svgclass=None, lineclass=None)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
