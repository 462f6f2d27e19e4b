// What other programs show by other means than text: letters of symbol fonts, formulas, fields of forms, cells that
// span more than there is or have no table. prose-paste.js asks for it before the editor reads what was pasted.

// The tables of articles/text/symbol_fonts.py: in Symbol, m shows μ and £ shows ≤.
const SYMBOL_LOW =
  " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼";
const SYMBOL_HIGH =
  "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\uf8ff〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭";
const PICTURES = {
  wingdings:
    "J☺L☹l●n■o□q❑u◆v❖\x80⓪\x81①\x82②\x83③\x84④\x85⑤\x86⑥\x87⑦\x88⑧\x89⑨\x8a⑩\x9f•\xa7▪\xa8☐\xd8➢\xdf←\xe0→\xe1↑\xe2↓\xe8➔\xf0⇨\xfb✗\xfc✓\xfd☒\xfe☑",
  "wingdings 2": "O✗P✓Q☒R☑\xa3☐",
  "wingdings 3": "",
  webdings: "a✓c☐r✗",
};
const PRIVATE = 0xf000; // where documents put the letters of such a font, too
const MOST_COLUMNS = 50; // a wider span is an error, and would hold up the editor
const LONGEST_FORMULA = 200;
// As articles/text/foreign_names.py has them.
const FORMULAS = "math, mjx-container, m\\:oMath, span:is(.katex-html, .MathJax, .MathJax_CHTML, .MathJax_SVG)";
const SILENT_FIELDS = ["hidden", "password", "search", "file", "image", "button", "submit", "reset"];

const decode = new TextDecoder("windows-1252");

const tableOf = (pairs) =>
  new Map(
    pairs.flatMap(([letter, shown]) => {
      const code = letter.codePointAt(0);
      return [letter, decode.decode(Uint8Array.of(code)), String.fromCodePoint(PRIVATE + code)].map((one) => [one, shown]);
    }),
  );

const pairsFrom = (text, first) => [...text].map((shown, place) => [String.fromCodePoint(first + place), shown]);

const TABLES = { symbol: tableOf([...pairsFrom(SYMBOL_LOW, 0x20), ...pairsFrom(SYMBOL_HIGH, 0xa1)]) };
for (const [font, text] of Object.entries(PICTURES)) {
  const letters = [...text];
  TABLES[font] = tableOf(letters.flatMap((letter, place) => (place % 2 ? [] : [[letter, letters[place + 1]]])));
}

// The symbol font that an element says it is in: "" for any other, undefined when it says nothing.
const fontOf = (element, style) => {
  const families = style["mso-symbol-font-family"] ?? style["font-family"] ?? element.getAttribute("face");
  if (families === null || families === undefined) return style.font ? "" : undefined;
  const first = families.split(",")[0].trim().toLowerCase();
  return Object.hasOwn(TABLES, first) ? first : "";
};

// A text in a symbol font as the characters that it shows; letters whose picture is not known stay, and are told.
const inCharacters = (text, font) => {
  const shown = [...text].map((char) => TABLES[font].get(char) ?? char).join("");
  const isUnknown = [...text].some((char) => char <= "\xff" && char.trim() && !TABLES[font].has(char));
  return { shown, isUnknown };
};

// Red, green and blue of a colour up to 255, and how much of what is behind it is covered, up to 1.
const partsOf = (color) => {
  if (/^red\b/.test(color)) return [255, 0, 0, 1];
  const long = color.replace(/^#(.)(.)(.)(.?)(?=\s|$)/, "#$1$1$2$2$3$3$4$4");
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})?(?=\s|$)/.exec(long);
  if (hex) {
    const [red, green, blue, alpha] = hex.slice(1).map((digits) => Number.parseInt(digits ?? "ff", 16));
    return [red, green, blue, alpha / 255];
  }
  const said = /^rgba?\(([^)]*)\)/.exec(color)?.[1].trim().split(/[\s,/]+/) ?? [];
  const [red, green, blue, alpha = 1] = said.map((part) => Number.parseFloat(part) / (part.endsWith("%") ? 100 : 1));
  return [red, green, blue, alpha];
};

// Whether a colour, or the background that begins with it, is the red in which what must not be done is written.
const isRed = (color) => {
  const [red, green, blue] = partsOf(color);
  return red >= 160 && green <= 80 && blue <= 80;
};

// Whether a style puts red behind a text; undefined where what is behind it shows. No image says what is forbidden.
const putsOnRed = (style, attribute) => {
  const back = style["background-color"] ?? style.background ?? attribute?.toLowerCase() ?? "";
  if (/url\(|gradient\(/.test(`${style["background-image"]} ${style.background}`)) return false;
  if (/^(?:|none|initial|inherit|transparent)$/.test(back) || partsOf(back)[3] < 0.5) return undefined;
  return isRed(back);
};

// Word writes an equation in a comment, and an image for who does not read it.
const withEquations = (html) => html.replace(/<!--\[if gte msEquation.*?-->/gs, "<math></math>");

// A formula is no line of text: 1 over 2 would be 12. Its place is marked, with its source where it says it.
const markFormulas = (document) => {
  for (const drawn of document.querySelectorAll(".katex-html")) {
    if (drawn.closest(".katex")?.querySelector("math")) drawn.remove();
  }
  const formulas = [...document.querySelectorAll(FORMULAS)].filter(
    (element) => element.isConnected && !element.parentElement.closest(FORMULAS),
  );
  for (const formula of formulas) {
    const source = formula.querySelector("annotation[encoding*=tex i]")?.textContent.trim() || formula.getAttribute("alttext");
    formula.replaceWith(source && source.length <= LONGEST_FORMULA ? `〔公式：${source}〕` : "〔公式〕");
  }
  return formulas.length;
};

// What a field of a form shows: whether it is ticked, what is chosen or written in it; of one that is not seen nothing.
// A browser copies what stood there when the page came, and not what was ticked or written since: what is said is told.
const sayFields = (document, isSeen) => {
  const said = [];
  for (const field of document.querySelectorAll("select, input, textarea")) {
    const { type } = field;
    const isBox = type === "checkbox" || type === "radio";
    let text = "";
    if (!isSeen(field)) text = "";
    else if (isBox) text = field.checked ? "☑" : "☐";
    else if (field.localName === "select") {
      text = [...field.selectedOptions].map((option) => option.textContent.trim()).join("、");
    } else if (!SILENT_FIELDS.includes(type)) text = field.value;
    field.replaceWith(text);
    if (text.trim() && !(isBox && field.disabled)) said.push(text.trim()); // that one nobody has ticked since
  }
  return said;
};

// What a browser writes around quotations, and brackets around what stands above a word.
const sayQuotes = (document) => {
  for (const element of document.querySelectorAll("rp")) element.remove();
  for (const [name, before, behind] of [["q", "“", "”"], ["rt", "（", "）"]]) {
    for (const element of document.querySelectorAll(name)) {
      if (!element.textContent.trim()) continue;
      element.prepend(before);
      element.append(behind);
    }
  }
};

// Emoji that a page shows as images: ❌柚子 would be 柚子. As articles/text/image_names.py.
const EMOJI = /^(?:[0-9#*]\ufe0f?\u20e3|(?:\p{So}|‼|⁉)(?:\ufe0e|\ufe0f|\u200d|\u20e0|\p{EMod})*)+$/u;
const OWN_IMAGE = /^\/media\/[0-9a-f]{32}-[1-9]\d{0,4}x[1-9]\d{0,4}\.webp$/;
const sayEmoji = (document) => {
  for (const image of document.querySelectorAll("img[alt]")) {
    if (EMOJI.test(image.alt.trim()) && !OWN_IMAGE.test(image.getAttribute("src"))) image.replaceWith(image.alt.trim());
  }
};

// Drawings whose words stand anywhere in them are no text, either, nor is what stands in a bar or behind a field.
const DRAWINGS = "svg, canvas, object, embed, video, audio, iframe, meter, progress, datalist";
const takeDrawings = (document) => {
  const drawings = [...document.querySelectorAll(DRAWINGS)];
  for (const drawing of drawings) drawing.remove();
  return drawings.length;
};

// No cell reaches out of its part of the table, and none is wider than a table may be.
const boundSpans = (document) => {
  for (const cell of document.querySelectorAll("td[colspan], th[colspan]")) {
    if (cell.colSpan > MOST_COLUMNS) cell.removeAttribute("colspan");
  }
  for (const cell of document.querySelectorAll("td[rowspan], th[rowspan]")) {
    const row = cell.closest("tr");
    const rows = [...row.parentElement.children].filter((one) => one.localName === "tr");
    const left = rows.length - rows.indexOf(row);
    cell.setAttribute("rowspan", cell.rowSpan ? Math.min(cell.rowSpan, left) : left);
  }
};

// Whether a style element says how its writer saw the text: not on paper, and not without scripts.
const holds = (element) =>
  !element.closest("noscript, template") && /(?:^|,)\s*(?:all|screen)?\s*(?:,|$)/i.test(element.getAttribute("media") ?? "");

// A brace in quotes is no brace.
const PIECES = /[{};]|(?:[^{};"']|"[^"\n]*"?|'[^'\n]*'?)+/g;

// The [selectors, declarations] of a sheet. What holds in a narrow window or under another condition is left out.
const rulesOf = (text) => {
  const rules = [];
  let [before, body, depth, isPlain] = ["", "", 0, true];
  for (const [piece] of text.replace(/\/\*.*?(?:\*\/|$)|<!--|-->/gs, " ").matchAll(PIECES)) {
    if (piece === "{") {
      depth += 1;
      isPlain = depth === 1;
      if (isPlain) body = "";
    } else if (piece === "}" && depth) {
      depth -= 1;
      if (depth) continue;
      if (isPlain && !before.startsWith("@")) rules.push([before, body]);
      before = "";
    } else if (depth) body += piece;
    else before = piece === ";" ? "" : (before + piece).trimStart();
  }
  return rules;
};

// As articles/text/invisible.py: a hyphen of a PDF file, which nobody would see in 5-10 mg.
const SOFT_HYPHEN = /(?<=[0-9A-Za-z%％℃])( ?)\u00ad( ?)(?=[0-9])/g;
const withHyphens = (text) => text.replace(SOFT_HYPHEN, "$1-$2");

// Cells that were copied without their table. The parser drops their tags, and 5 mg and 10 would be one number. What
// stands between two cells that have ended ends their table: within one, the parser would move it before the table.
const PARTS = /<(\/?)(t[dhr]|tbody|thead|tfoot|caption|colgroup|col)(?=[\s>/])[^>]*>/gi;
const isBlank = (html) => !html.replace(/<!--[\s\S]*?-->/g, "").trim();
const withTable = (html) => {
  if (/<table[\s>]/i.test(html)) return html;
  let made = "";
  let end = 0;
  let isOpen = false;
  let isInCell = false;
  const addUpTo = (place) => {
    const between = html.slice(end, place);
    if (isOpen && !isInCell && !isBlank(between)) {
      made += "</table>";
      isOpen = false;
    }
    made += between;
  };
  for (const { 0: tag, 1: slash, 2: name, index } of html.matchAll(PARTS)) {
    addUpTo(index);
    if (!isOpen && !slash) {
      made += "<table>";
      isOpen = true;
    }
    made += tag;
    end = index + tag.length;
    isInCell = !slash && /^(?:t[dh]|caption)$/i.test(name);
  }
  addUpTo(html.length);
  return made;
};

globalThis.proseForeign = {
  boundSpans,
  fontOf,
  holds,
  inCharacters,
  isRed,
  markFormulas,
  putsOnRed,
  rulesOf,
  sayEmoji,
  sayFields,
  sayQuotes,
  takeDrawings,
  withEquations,
  withHyphens,
  withTable,
};
