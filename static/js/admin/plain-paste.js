// What is pasted from Word or a page into a field of plain text keeps what its looks say: 10⁹ would be 109, and what is
// deleted or hidden there would come along. As articles/text/raised.py, and told below the field.

const RAISED = Object.fromEntries([..."0123456789+-=()ni"].map((char, place) => [char, [..."⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ"][place]]));
const LOWERED = Object.fromEntries([..."0123456789+-=()"].map((char, place) => [char, [..."₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"][place]]));
const WAYS = { SUP: ["^", RAISED], SUB: ["_", LOWERED] };
const FOOTNOTE = /^\[[^[\]]*\]$/;
const BLOCKS = "p, h1, h2, h3, h4, h5, h6, li, div, section, blockquote, tr, br";
const FIELDS = "#article_form textarea, #article_form input.vTextField, #article_form input.vLargeTextField";

// Text above or below the line in characters of its own: "9" becomes "⁹", "9.5" becomes "^(9.5)", "[1]" stays.
const moved = (text, [sign, forms]) => {
  const core = text.trim();
  if (!core || FOOTNOTE.test(core)) return text;
  const chars = [...core.replace(/[−–]/g, "-")];
  const isKnown = chars.every((char) => char in forms || (sign === "_" && /[a-z]/i.test(char)));
  return isKnown ? chars.map((char) => forms[char] ?? char).join("") : `${sign}(${core})`;
};

// The text of clean HTML, a line for each block, and whether it says more than its plain text does.
const textOf = (html) => {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const blank of body.querySelectorAll("script, noframes")) blank.remove();
  const struck = [...body.querySelectorAll("s")];
  for (const element of struck) element.remove();
  const raised = [...body.querySelectorAll("sup, sub")];
  for (const element of raised) element.replaceWith(moved(element.textContent, WAYS[element.tagName]));
  for (const cell of body.querySelectorAll("td, th")) cell.append(" ");
  for (const block of body.querySelectorAll(BLOCKS)) block.after("\n");
  const lines = body.textContent.split("\n").map((line) => line.replace(/\s+/g, " ").trim());
  return { text: lines.filter(Boolean).join("\n"), raised: raised.length, struck: struck.length };
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
  const { html: clean, news } = globalThis.prosePaste.plain(html.replace(/[\r\n]+/g, " "));
  const { text, raised, struck } = textOf(clean);
  if (!text || !(raised || struck || news)) return;
  event.preventDefault();
  document.execCommand("insertText", false, field.localName === "input" ? text.replaceAll("\n", " ") : text);
  const said = [
    raised ? "上标、下标写成了 10⁹、H₂O 这样的字，请核对。" : "",
    struck ? `有 ${struck} 处划掉的文字没有带过来，请核对。` : news,
  ];
  tell(field, said.join(""));
});
