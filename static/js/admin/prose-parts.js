// Texts that stand apart where they are shown stay apart where the editor knows no reason for it: each 5 above 10 mg, or
// at its left, would be 510 mg. prose-paste.js asks for it before the looks of what was pasted become elements.

const HEADINGS = "h1, h2, h3, h4, h5, h6";
const KNOWN_BLOCKS = `address, article, aside, blockquote, caption, dd, div, dl, fieldset, figcaption, figure, footer, form, ${HEADINGS}, header, hr, li, ol, p, pre, section, table, tbody, td, tfoot, th, thead, tr, ul`;
const OTHER_BLOCKS = "center, details, dialog, dir, dt, hgroup, legend, listing, main, menu, nav, option, search, summary, xmp";
// The editor leaves out a <br> at the end of any other element, whatever stands behind that.
const KNOWN_INLINE = "a, abbr, b, br, cite, code, col, colgroup, del, em, i, img, ins, kbd, label, output, q, rt, ruby, s, span, strong, sub, sup, time, tt, u, var";
// As articles/text/looks.py has them.
const SHOWN_APART = /^(?:block|flex|flow-root|grid|list-item|table)/;
const ROOM = /^(\d*\.?\d+)(px|pt|r?em|%)/;
const LEAST_ROOM = { px: 2, pt: 1.5, em: 0.1, rem: 0.1, "%": 1 };
const JOINED = /^[0-9A-Za-z]{2}$/; // 5 and 10 would be 510, 1 and 20 be 120

const hasRoom = (own) =>
  ["margin", "padding"].some((name) => {
    const sides = (own[name] ?? "").split(/\s+/);
    const across = sides.length > 1 ? [sides[1], sides[3]] : sides;
    return [...across, own[`${name}-left`], own[`${name}-right`]].some((side) => {
      const [, amount, unit] = ROOM.exec(side ?? "") ?? [];
      return amount >= LEAST_ROOM[unit];
    });
  });

// Whether an element is put beside what stands before it, whatever its own display is.
const isPlaced = (own, around) =>
  /^(?:left|right)/.test(own.float) || /^(?:absolute|fixed)/.test(own.position) || /flex|grid/.test(around);

// Lines left free between blocks. A cell or an item that holds nothing else keeps its own.
const isFree = (element) =>
  element.matches(`p, ${HEADINGS}, div, section`) &&
  !element.textContent.trim() &&
  !element.querySelector("img, hr, table, li") &&
  !element.matches(":only-child:is(li > *, td > *, th > *, blockquote > *)");

// Walks once through what was pasted, and knows of what stands before only how its line ends.
class Parting {
  constructor(style, raisedBy, isOwn) {
    Object.assign(this, { style, raisedBy, isOwn, seen: 0 });
    this.begin();
  }

  // A block begins or ends, and with it a line.
  begin() {
    Object.assign(this, { last: "", wasRaised: false, breaks: false, place: null });
  }

  // A line break, or a blank between two numbers or words, that is needed before a text or an image.
  part(node, text, isRaised) {
    const [beside, put] = this.place ?? [node, "before"];
    if (this.breaks && this.last) beside[put](node.ownerDocument.createElement("br"));
    else if (this.place && JOINED.test(this.last + text.slice(0, 1)) && !isRaised && !this.wasRaised) beside[put](" ");
    Object.assign(this, { last: text.slice(-1), wasRaised: isRaised, breaks: false, place: null });
    this.seen += 1;
  }

  // Lines of a text are lines where they are shown, as in a chat or the fields of a form.
  readText(node, { isRaised, space }) {
    const text = node.data;
    if (!text.trim()) this.last &&= " ";
    else if (!text.includes("\n") || !/^(?:pre|break-spaces)/.test(space)) this.part(node, text, isRaised);
    else {
      for (const [place, line] of text.split("\n").entries()) {
        this.breaks ||= place > 0;
        if (!line.trim()) continue;
        const shown = node.ownerDocument.createTextNode(line);
        node.before(shown);
        this.part(shown, line, isRaised);
      }
      node.remove();
    }
  }

  readElement(element, around) {
    if (!this.isOwn && isFree(element)) {
      const mark = element.ownerDocument.createTextNode("");
      element.replaceWith(mark);
      this.breaks = true; // between two texts it was all that parted them
      this.place ??= [mark, "after"];
      return;
    }
    const own = this.style(element);
    const { inHeading } = around; // where no block ends a line by itself
    const isBlock = element.matches(KNOWN_BLOCKS);
    const isPart = isBlock ? inHeading : SHOWN_APART.test(own.display) && !isPlaced(own, around.display);
    const isBeside = !isBlock && (isPlaced(own, around.display) || own.display?.startsWith("inline-") || hasRoom(own));
    const within = {
      display: own.display,
      inHeading: inHeading || element.matches(HEADINGS),
      isRaised: !isBlock && (around.isRaised || element.matches("sup, sub") || Boolean(this.raisedBy(element, own))),
      space: own["white-space"] ?? own["white-space-collapse"] ?? around.space,
    };
    const { place, seen } = this;
    if (isBlock && !inHeading) this.begin();
    this.breaks ||= isPart;
    if (isPart || isBeside) this.place ??= [element, "before"];
    this.readIn(element, within);
    if (isBlock && !inHeading) this.begin();
    else if (isPart) Object.assign(this, { breaks: true, place: [element, "after"] });
    else if (isBeside && seen !== this.seen) this.place = [element, "after"];
    else if (isBeside && !this.breaks) this.place = place; // there is nothing in it
  }

  readIn(element, within) {
    for (const node of Array.from(element.childNodes)) {
      if (node.nodeType === Node.TEXT_NODE) this.readText(node, within);
      else if (node.nodeName === "BR") this.begin();
      else if (node.nodeName === "IMG") this.part(node, " ", false);
      else if (node.nodeType === Node.ELEMENT_NODE) this.readElement(node, within);
    }
  }
}

// `raisedBy` tells of an element and its style whether its text stands above or below the line.
const partBlocks = (document, style, raisedBy, isOwn) => {
  for (const element of document.body.querySelectorAll(OTHER_BLOCKS)) {
    const block = document.createElement("div");
    element.before(block);
    block.append(element);
  }
  new Parting(style, raisedBy, isOwn).readIn(document.body, {});
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

globalThis.proseParts = { partBlocks, rename, renameParts };
