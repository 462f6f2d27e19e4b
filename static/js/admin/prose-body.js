// How a stored body is read into the editor and written out of it. The document of the editor knows paragraphs only,
// and rows only in a table, so text that stands in no paragraph and captions of tables and pictures are marked while
// they are edited. What an editor has not touched is written as it was stored, byte for byte.

import { Extension, Plugin, pm } from "django-prose-editor/editor";

const { DOMParser: ModelParser, DOMSerializer, Fragment, Slice } = pm.model;
const BLOCKS = "p, h2, h3, h4, blockquote, ul, ol, li, figure, table, caption, thead, tbody, tr, th, td, hr";
const OF_BLOCKS = "li, th, td, blockquote";

const isText = (node) => node.nodeType === Node.TEXT_NODE;

const isBlank = (node) => isText(node) && !/[^ \t\r\n\f]/.test(node.data);

const isBlock = (node) => !isText(node) && (node.matches(BLOCKS) || Boolean(node.querySelector(BLOCKS)));

const isImage = (node) => node?.localName === "img";

// The children of an element, each block by itself and what stands between blocks together. White space between
// blocks goes with what stands before it.
const unitsOf = (parent) => {
  const units = [];
  let open = false;
  for (const node of parent.childNodes) {
    if (node.nodeType === Node.COMMENT_NODE) continue;
    if (open && !isBlock(node)) units.at(-1).push(node);
    else if (!isBlank(node)) units.push([node]);
    else if (units.length) units.at(-1).push(node);
    else continue;
    if (!isBlank(node)) open = !isBlock(node);
  }
  return units;
};

const wrap = (nodes) => {
  const paragraph = nodes[0].ownerDocument.createElement("p");
  paragraph.setAttribute("data-bare", "");
  nodes[0].before(paragraph);
  paragraph.append(...nodes);
};

// Put what stands in no paragraph into one that is marked. An image by itself is a block.
const wrapText = (parent) => {
  for (const unit of unitsOf(parent)) {
    if (isBlock(unit[0]) || unit.every((node) => isBlank(node) || isImage(node))) continue;
    wrap(unit);
  }
  if (parent.matches(OF_BLOCKS) && ![...parent.childNodes].some((node) => !isBlank(node))) {
    parent.append(parent.ownerDocument.createTextNode(""));
    wrap([parent.lastChild]);
  }
};

const rename = (element, name, attribute) => {
  const renamed = element.ownerDocument.createElement(name);
  if (attribute) renamed.setAttribute(attribute, "");
  renamed.append(...element.childNodes);
  element.remove();
  return renamed;
};

const takeCaptions = (parent) => {
  for (const caption of parent.querySelectorAll("table > caption")) {
    const table = caption.parentElement;
    table.before(rename(caption, "p", "data-caption"));
  }
};

// A picture with a caption becomes an image and a paragraph that is marked.
const takeFigures = (parent) => {
  for (const figure of parent.querySelectorAll("figure:has(> figcaption)")) {
    const images = figure.querySelectorAll("img");
    if (images.length !== 1 || images[0].closest("figcaption")) continue;
    const captions = [...figure.querySelectorAll("figcaption")];
    figure.replaceWith(images[0], ...captions.map((caption) => rename(caption, "p", "data-figcaption")));
  }
};

const prepare = (container) => {
  takeCaptions(container);
  for (const parent of [container, ...container.querySelectorAll(OF_BLOCKS)]) wrapText(parent);
  takeFigures(container);
};

const parse = (html) => new DOMParser().parseFromString(html, "text/html");

// The nodes of the document that a body is made of, each with the source that it was read from.
const read = (schema, html) => {
  const document = parse(html);
  return unitsOf(document.body).map((unit) => {
    const container = document.createElement("div");
    container.append(...unit.map((node) => node.cloneNode(true)));
    const source = container.innerHTML;
    prepare(container);
    const { content } = ModelParser.fromSchema(schema).parse(container);
    return { source, nodes: content.content };
  });
};

// Rows that the editor knows as those of the head stand in a thead, as long as they come first.
const sortRows = (table) => {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const firstOfBody = rows.findIndex((row) => !row.hasAttribute("data-head"));
  const head = firstOfBody < 0 ? rows : rows.slice(0, firstOfBody);
  if (head.length) {
    const section = table.ownerDocument.createElement("thead");
    section.append(...head);
    body.before(section);
  }
  if (!body.rows.length) body.remove();
  for (const row of rows) row.removeAttribute("data-head");
};

const putCaption = (caption) => {
  const table = caption.nextElementSibling;
  if (table?.matches("table") && !table.caption) table.prepend(rename(caption, "caption"));
  else caption.removeAttribute("data-caption");
};

const putFigure = (caption) => {
  const image = caption.previousSibling;
  if (!caption.textContent.trim()) caption.remove();
  else if (!isImage(image)) caption.removeAttribute("data-figcaption");
  else {
    const figure = caption.ownerDocument.createElement("figure");
    image.before(figure);
    figure.append(image, rename(caption, "figcaption"));
  }
};

// Two texts without paragraphs would run into each other.
const unwrap = (paragraph) => {
  const { previousSibling, nextSibling } = paragraph;
  const runsOn = (previousSibling && !isBlock(previousSibling)) || isImage(nextSibling);
  if (runsOn) paragraph.removeAttribute("data-bare");
  else paragraph.replaceWith(...paragraph.childNodes);
};

const write = (schema, nodes) => {
  const page = parse("");
  page.body.append(DOMSerializer.fromSchema(schema).serializeFragment(Fragment.from(nodes), { document: page }));
  for (const table of page.querySelectorAll("table")) sortRows(table);
  for (const caption of page.querySelectorAll("[data-caption]")) putCaption(caption);
  for (const caption of page.querySelectorAll("[data-figcaption]")) putFigure(caption);
  for (const paragraph of page.querySelectorAll("[data-bare]")) unwrap(paragraph);
  return page.body.innerHTML;
};

const isSame = (one, other) => one === other || Boolean(other && one.eq(other));

// A paragraph in which nothing is said: the place for the cursor, or a line left free to keep others apart.
const isEmpty = (node) => {
  if (node.type.name !== "paragraph" || node.textContent.trim()) return false;
  return node.content.content.every((child) => child.isText || child.type.name === "hardBreak");
};

// The parts of the document as they are now: those that are as they were, and those that are not.
const partsOf = (doc, units) => {
  const nodes = doc.content.content;
  const stands = ({ nodes: { length }, nodes: own }, at) =>
    length > 0 &&
    own.every((node, index) => isSame(node, nodes[at + index])) &&
    nodes[at + length]?.type.name !== "imageCaption"; // which belongs to the picture before it
  const parts = [];
  let next = 0; // what comes after the last that was found is looked at first
  for (let at = 0; at < nodes.length; ) {
    if (!units[next] || !stands(units[next], at)) {
      // One empty paragraph is like any other: those behind the last that was found may still be where they were.
      const from = isEmpty(nodes[at]) ? next : 0;
      const found = units.findIndex((unit, index) => index >= from && stands(unit, at));
      if (found >= 0) next = found;
      else {
        if (parts.at(-1)?.changed) parts.at(-1).changed.push(nodes[at]);
        else parts.push({ changed: [nodes[at]] });
        at += 1;
        continue;
      }
    }
    parts.push(units[next]);
    at += units[next].nodes.length;
    next += 1;
  }
  return parts;
};

// What an editor has left empty is no part of the body; an empty paragraph that was stored is left alone.
const withoutEmpty = (parts) =>
  parts
    .map((part) => (part.changed ? { changed: part.changed.filter((node) => !isEmpty(node)) } : part))
    .filter(({ changed }) => !changed || changed.length);

const isOpen = (node) => Boolean(node.attrs.bare) || node.type.name === "image";

const beginsOpen = ([first, second]) => isOpen(first) && second?.type.name !== "imageCaption";

const close = (node) => (node.attrs.bare ? node.type.create({ ...node.attrs, bare: false }, node.content) : node);

// Parts that were apart and now follow each other stay apart: a text that stands in no paragraph gets one.
const keepApart = (parts) => {
  const all = parts.map(({ source, nodes, changed }) => ({ source, nodes: [...(changed || nodes)], changed }));
  for (const [index, part] of all.entries()) {
    const previous = all[index - 1];
    if (!previous || !isOpen(previous.nodes.at(-1)) || !beginsOpen(part.nodes)) continue;
    previous.nodes.push(close(previous.nodes.pop()));
    part.nodes.unshift(close(part.nodes.shift()));
    previous.changed = part.changed = true;
  }
  return all;
};

const bodyOf = (schema, doc, units) =>
  keepApart(withoutEmpty(partsOf(doc, units)))
    .map(({ source, nodes, changed }) => (changed ? write(schema, nodes) : source))
    .join("");

export const StoredBody = Extension.create({
  name: "storedBody",
  priority: 1, // its setContent is the one that counts

  addStorage() {
    return { units: [] };
  },

  onBeforeCreate() {
    const { editor, storage } = this;
    const readBody = (html) => {
      storage.units = read(editor.schema, html);
      return editor.schema.topNodeType.createAndFill(null, storage.units.flatMap(({ nodes }) => nodes));
    };
    storage.readBody = readBody;
    editor.options.content = readBody(editor.options.content || "");
    editor.getHTML = () => bodyOf(editor.schema, editor.state.doc, storage.units);
  },

  addCommands() {
    return {
      setContent:
        (html, { emitUpdate = true } = {}) =>
        ({ tr, dispatch }) => {
          const doc = this.storage.readBody(html || "");
          if (dispatch) tr.replaceWith(0, tr.doc.content.size, doc.content).setMeta("preventUpdate", !emitUpdate);
          return true;
        },
    };
  },

  addProseMirrorPlugins() {
    return [
      new Plugin({
        props: {
          transformPastedHTML(html) {
            if (!/<(?:caption|figcaption)\b/i.test(html)) return html;
            const page = parse(html);
            takeCaptions(page.body);
            takeFigures(page.body);
            return page.body.innerHTML;
          },
          // A quotation or a list that is pasted first or last stays one: the editor would take it off to fit.
          transformPasted(slice, { state }) {
            const { $from, empty } = state.selection;
            if (slice.content.lastChild?.type.name === "imageCaption" && slice.content.childCount > 1) {
              // What stands behind the cursor does not go into it.
              slice = new Slice(slice.content, slice.openStart, 0);
            }
            if (!empty || $from.depth !== 1 || $from.parent.content.size || !slice.content.firstChild?.isBlock) return slice;
            const isLine = (node) => node.isTextblock;
            const { firstChild, lastChild } = slice.content;
            return new Slice(slice.content, isLine(firstChild) ? slice.openStart : 0, isLine(lastChild) ? slice.openEnd : 0);
          },
        },
      }),
    ];
  },
});
