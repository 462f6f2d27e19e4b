"""What a page in Chromium tells those who see badly or not at all: contrasts, names, headings, what is chosen."""

from io import BytesIO

from PIL import Image

# Texts whose contrast with what is behind them is too low, as (text, ratio). What stands on an image or a gradient, or
# is switched off, is left out.
FAINT = """() => {
  const parts = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (text) => {
    const [red, green, blue] = parts(text).map((part) => part / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const isClear = (text) => parts(text)[3] === 0;
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const text = texts.currentNode.data.trim();
    if (!/[\\p{L}\\p{N}]/u.test(text) || element.closest(":disabled, .unseen")) continue;
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    let behind = element;
    const style = () => getComputedStyle(behind);
    const isPainted = () => style().backgroundImage !== "none";
    while (behind.parentElement && isClear(style().backgroundColor) && !isPainted()) behind = behind.parentElement;
    if (isPainted() || parts(style().backgroundColor)[3] < 1) continue;
    const own = getComputedStyle(element);
    const pair = [light(own.color), light(style().backgroundColor)].sort((one, other) => other - one);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    const size = parseFloat(own.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(own.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) found.push([text, Number(ratio.toFixed(2))]);
  }
  return found;
}"""
# Links in a line of text that only their colour tells from it.
HIDDEN_LINKS = """() => [...document.querySelectorAll("p > a, .breadcrumbs a, .help a")]
  .filter((link) => link.checkVisibility() && getComputedStyle(link).display === "inline")
  .filter((link) => !getComputedStyle(link).textDecorationLine.includes("underline"))
  .filter((link) => [...link.parentElement.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((link) => link.textContent)"""
CONTROLS = {"button", "checkbox", "combobox", "link", "listbox", "radio", "searchbox", "slider", "switch", "textbox"}


def nameless(page):
    """Return the controls that a screen reader could only call by their kind, as Chromium tells it of them."""
    devtools = page.context.new_cdp_session(page)
    tree = devtools.send("Accessibility.getFullAXTree")["nodes"]
    devtools.detach()
    shown = [node for node in tree if not node["ignored"] and node["role"]["value"] in CONTROLS]
    assert shown
    return [node["role"]["value"] for node in shown if not node.get("name", {}).get("value", "").strip()]


# Where the first line of every text stands in the page.
FIRST_LINES = """() => {
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.data.trim();
    const element = texts.currentNode.parentElement;
    if (!/[\\p{L}\\p{N}]/u.test(text)) continue;
    if (element.closest(":disabled, .unseen, .visually-hidden, .skip, option")) continue;
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const range = new Range();
    range.selectNodeContents(texts.currentNode);
    const { left, top, right, bottom } = range.getClientRects()[0] ?? {};
    if (!(left >= 0 && right <= innerWidth && top + scrollY >= 0)) continue;
    found.push([text, [left, top + scrollY, right, bottom + scrollY]]);
  }
  for (const button of document.querySelectorAll("input:is([type=submit], [type=button]):enabled")) {
    const { left, top, right, bottom } = button.getBoundingClientRect();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2 + scrollY];
    if (button.checkVisibility()) found.push([button.value, [x - 12, y - 6, x + 12, y + 6]]);
  }
  return found;
}"""


def unpainted(page):
    """Return the texts that a picture of the page does not show, whatever their style says: all of one colour."""
    picture = Image.open(BytesIO(page.screenshot(full_page=True))).convert("L")
    lines = page.evaluate(FIRST_LINES)
    assert lines
    extremes = [(text, picture.crop([round(edge) for edge in box]).getextrema()) for text, box in lines]
    return [text for text, (darkest, lightest) in extremes if lightest - darkest < 64]
