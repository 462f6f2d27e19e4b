// Texts that stand apart where they are shown stay apart where the editor knows no reason for it: 每次5 above 10 mg, or at
// its left, would be 每次510 mg. prose-paste.js asks for it before and after it has read the looks of what was pasted.

const HEADINGS = "h1, h2, h3, h4, h5, h6";
const KNOWN_BLOCKS = `address, article, aside, blockquote, caption, dd, div, dl, fieldset, figcaption, figure, footer, form, ${HEADINGS}, header, hr, li, ol, p, pre, section, table, tbody, td, tfoot, th, thead, tr, ul`;
const OTHER_BLOCKS = "center, details, dialog, dir, dt, hgroup, legend, listing, main, menu, nav, option, search, summary, xmp";
// The editor leaves out a <br> at the end of any other element, whatever stands behind that.
const KNOWN_INLINE = "a, abbr, b, br, cite, code, col, colgroup, del, em, i, img, ins, kbd, label, output, q, rt, ruby, s, span, strong, sub, sup, time, tt, u, var";
const SHOWN_APART = /^(?:block|flex|flow-root|grid|list-item|table)/;
const ROOM = ["margin", "margin-left", "margin-right", "padding", "padding-left", "padding-right", "border"];

const isLeaf = (node) => node.nodeType !== Node.ELEMENT_NODE || node.nodeName === "BR" || node.nodeName === "IMG";

const nearest = (node, side) => {
  let next = node;
  while (next && !next.textContent.trim() && !["BR", "IMG"].includes(next.nodeName)) next = next[side];
  return next;
};

// The first or last text, image or line break in a node; null where a block begins or ends with it.
const edgeOf = (node, side, blocks) => {
  let edge = node;
  while (edge && !isLeaf(edge)) {
    if (edge.matches(blocks)) return null;
    edge = nearest(side === "nextSibling" ? edge.firstChild : edge.lastChild, side);
  }
  return edge;
};

// In a heading, no block ends a line by itself.
const blocksAround = (node) => ((node.closest ? node : node.parentElement).closest(HEADINGS) ? HEADINGS : KNOWN_BLOCKS);

// What stands before or behind a node in its line; null at the end of one.
const besideIn = (node, side) => {
  const blocks = blocksAround(node);
  for (let at = node; !at.matches?.("body"); at = at.parentElement) {
    if (at !== node && at.matches(blocks)) break;
    const next = nearest(at[side], side);
    if (next) return edgeOf(next, side, blocks);
  }
  return null;
};

const endLine = (node, side, put) => {
  const beside = besideIn(node, side);
  if (beside && beside.nodeName !== "BR") node[put](node.ownerDocument.createElement("br"));
};

const endLines = (element) => {
  const blocks = blocksAround(element);
  const isPart = blocks === HEADINGS && element.matches(KNOWN_BLOCKS);
  if (isPart || edgeOf(element, "nextSibling", blocks)) endLine(element, "previousSibling", "before");
  if (isPart || edgeOf(element, "previousSibling", blocks)) endLine(element, "nextSibling", "after");
};

// What has room around itself in its line, such as 5 and 10 mg in two small boxes.
const keepRoom = (element, own) => {
  if (own["vertical-align"] || element.matches("sup, sub")) return;
  if (!own.display?.startsWith("inline-") && !ROOM.some((name) => /[1-9]/.test(own[name]))) return;
  const before = besideIn(element, "previousSibling")?.textContent ?? "";
  const behind = besideIn(element, "nextSibling")?.textContent ?? "";
  if (/^\d/.test(element.textContent) && /\d$/.test(before)) element.before(" ");
  if (/\d$/.test(element.textContent) && /^\d/.test(behind)) element.after(" ");
};

const isApart = (element, own, style) =>
  SHOWN_APART.test(own.display) ||
  /^(?:left|right)/.test(own.float) ||
  /^(?:absolute|fixed)/.test(own.position) ||
  /flex|grid/.test(style(element.parentElement).display);

const partBlocks = (document, style) => {
  for (const element of document.body.querySelectorAll(OTHER_BLOCKS)) {
    const block = document.createElement("div");
    element.before(block);
    block.append(element);
  }
  for (const element of document.body.querySelectorAll("*")) {
    const isBlock = element.matches(KNOWN_BLOCKS);
    if (!element.textContent.trim() || (isBlock && !element.parentElement.closest(HEADINGS))) continue;
    const own = style(element);
    if (isBlock || isApart(element, own, style)) endLines(element);
    else keepRoom(element, own);
  }
};

// Lines of a text whose lines are shown, as in a chat or the fields of a form.
const breakLines = (element) => {
  for (const text of Array.from(element.childNodes)) {
    if (text.nodeType !== Node.TEXT_NODE || !text.data.trim() || !text.data.includes("\n")) continue;
    const lines = text.data.split("\n");
    if (!lines[0].trim()) endLine(text, "previousSibling", "before");
    if (!lines.at(-1).trim()) endLine(text, "nextSibling", "after");
    const said = lines.filter((line) => line.trim());
    text.data = said.pop();
    for (const line of said) text.before(line, document.createElement("br"));
  }
};

// Take out an empty block. Between two texts it was all that parted them.
const removeBlock = (block) => {
  if (besideIn(block, "previousSibling") && besideIn(block, "nextSibling")) endLine(block, "nextSibling", "after");
  block.remove();
};

const rename = (element, name) => {
  const renamed = element.ownerDocument.createElement(name);
  renamed.append(...element.childNodes);
  element.replaceWith(renamed);
};

// Say by names that the editor knows what has been looked at.
const renameParts = (document) => {
  const inHeadings = `:is(${HEADINGS}) :is(${KNOWN_BLOCKS})`;
  for (const element of document.body.querySelectorAll(`${inHeadings}, :not(${KNOWN_BLOCKS}, ${KNOWN_INLINE})`)) {
    rename(element, "span");
  }
};

globalThis.proseParts = { breakLines, partBlocks, removeBlock, rename, renameParts };
