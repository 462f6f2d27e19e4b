// What is pasted from Word or a page into a field of plain text keeps what its looks say: 10⁹ would be 109, and what is
// deleted or hidden there would come along. As articles/text/raised.py, and told below the field.

const MINUS = "−–";
const WIDER = 0xfee0; // from an ASCII character to its full-width form

const formsOf = (plain, shown) => {
  const pairs = [...plain].map((char, place) => [char, [...shown][place]]);
  const wide = pairs.map(([char, form]) => [String.fromCodePoint(char.codePointAt(0) + WIDER), form]);
  const known = pairs.map(([, form]) => [form, form]);
  const minus = [...MINUS].map((char) => [char, [...shown][plain.indexOf("-")]]);
  return new Map([...pairs, ...minus, ...wide, ...known]);
};

const WAYS = {
  SUP: {
    sign: "^",
    stays: /^$/,
    forms: formsOf(
      "()+-0123456789=ABDEGHIJKLMNOPRTUVWabcdefghijklmnoprstuvwxyz",
      "⁽⁾⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹⁼ᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ",
    ),
  },
  SUB: { sign: "_", stays: /^[a-z]$/i, forms: formsOf("()+-0123456789=aehijklmnoprstuvx", "₍₎₊₋₀₁₂₃₄₅₆₇₈₉₌ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ") },
};
const MARKS = /^(?:\[[^[\]]*\]|[^\p{L}\p{N}_^+\-−=~]+|[①-⓿])$/u; // footnotes and signs, which join no number
const BLOCKS = "p, h1, h2, h3, h4, h5, h6, li, ul, ol, div, section, blockquote, pre, tr, br";
const FIELDS = "#article_form textarea, #article_form input.vTextField, #article_form input.vLargeTextField";
const ROMAN = Object.entries({ l: 50, xl: 40, x: 10, ix: 9, v: 5, iv: 4, i: 1 });

// Text above or below the line in characters of its own: "9" becomes "⁹", "9.5" becomes "^(9.5)", "[1]" stays.
const moved = (text, { sign, stays, forms }) => {
  const [, before, core, behind] = /^(\s*)(.*?)(\s*)$/s.exec(text);
  if (!core || MARKS.test(core)) return text;
  const chars = [...core];
  if (chars.every((char) => forms.has(char) || stays.test(char))) {
    return before + chars.map((char) => forms.get(char) ?? char).join("") + behind;
  }
  return `${before}${sign}(${/^\([^()]*\)$/.test(core) ? core.slice(1, -1) : core})${behind}`;
};

const romanOf = (number) => {
  const [letters, value] = ROMAN.find(([, one]) => one <= number) ?? ["", 0];
  return letters && letters + romanOf(number - value);
};

const numberOf = (number, type) => {
  const lower = type.toLowerCase();
  const letters = (lower === "i" && romanOf(number)) || (lower === "a" && number <= 26 && String.fromCharCode(96 + number));
  if (!letters || number < 1) return String(number);
  return type === lower ? letters : letters.toUpperCase();
};

// Write out what a list shows before its items.
const numberItems = (list) => {
  let number = list.start ?? 1;
  for (const item of list.querySelectorAll(":scope > li")) {
    if (item.hasAttribute("value")) number = item.value;
    const marker = list.localName === "ol" ? `${numberOf(number, list.type)}. ` : "• ";
    const first = item.firstChild;
    (first?.nodeType === Node.ELEMENT_NODE && first.matches("p, div") ? first : item).prepend(marker);
    number += 1;
  }
};

// Source that is broken into lines means blanks, but in what is set as it was typed.
const asLines = (html) =>
  html
    .replace(/<pre\b.*?<\/pre>/gis, (pre) => pre.replace(/(?:\r\n?|\n)(?![^<>]*>)/g, "<br>"))
    .replace(/[\r\n]+/g, " ");

// The text of clean HTML, a line for each block, and how much of it says more than its plain text does.
const textOf = (html) => {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const blank of body.querySelectorAll("script, noframes")) blank.remove();
  const struck = [...body.querySelectorAll("s")];
  for (const element of struck) element.remove();
  let raised = 0;
  for (const element of body.querySelectorAll("sup, sub")) {
    const text = moved(element.textContent, WAYS[element.tagName]);
    if (text !== element.textContent) raised += 1;
    element.replaceWith(text);
  }
  if (!body.textContent.trim()) return { text: "", raised, struck: struck.length };
  for (const list of body.querySelectorAll("ol, ul")) numberItems(list);
  for (const cell of body.querySelectorAll("td, th")) cell.append(" ");
  for (const block of body.querySelectorAll(BLOCKS)) {
    block.before("\n");
    block.after("\n");
  }
  const lines = body.textContent.split("\n").map((line) => line.replace(/\s+/g, " ").trim());
  return { text: lines.filter(Boolean).join("\n"), raised, struck: struck.length };
};

const tell = (field, text) => {
  let note = field.parentElement.querySelector(":scope > .prose-paste-note");
  if (!note) {
    note = document.createElement("p");
    note.className = "prose-paste-note";
    note.setAttribute("role", "status");
    field.after(note);
  }
  note.textContent = text;
};

document.addEventListener("paste", (event) => {
  const field = event.target;
  const html = event.clipboardData?.getData("text/html");
  if (!html || !field.matches?.(FIELDS) || field.closest(".prose-editor") || field.readOnly) return;
  const { html: clean, news } = globalThis.prosePaste.plain(asLines(html));
  const { text, raised, struck } = textOf(clean);
  if (!(raised || struck || news)) return;
  event.preventDefault();
  if (text) document.execCommand("insertText", false, field.localName === "input" ? text.replaceAll("\n", " ") : text);
  const said = [
    raised ? "上标、下标写成了 10⁹、H₂O 这样的字，请核对。" : "",
    struck ? `有 ${struck} 处划掉的文字没有带过来，请核对。` : news,
  ];
  tell(field, said.join(""));
});
