// What Word puts on the clipboard, made plain HTML before the editor reads it: its lists are paragraphs with a
// painted number and its headings start at 1. The server cleans what is saved in any case.

const OTHER_HEADINGS = { H1: "H2", H4: "H3", H5: "H3", H6: "H3" };
const NUMBER = /^[(（]?(?:\d+|[a-z]|[ivx]+|[一二三四五六七八九十]+)[.)）、．]/i;

const styleOf = (element) => (element.getAttribute("style") || "").toLowerCase();

// "mso-list:l0 level2 lfo1" says that a paragraph is an item of the second level.
const levelOf = (element) => {
  if (element.tagName !== "P" && !/^H[1-6]$/.test(element.tagName)) return 0;
  const match = /mso-list:\s*l\d+\s+level(\d)/.exec(styleOf(element));
  return match ? Number(match[1]) : 0;
};

// Take the painted bullet or number out of the item and return its text.
const takeMarker = (item) => {
  const marker = [...item.querySelectorAll("span")].find((span) => styleOf(span).includes("mso-list:ignore"));
  if (!marker) return "";
  const text = marker.textContent.replace(/\s+/g, "");
  marker.remove();
  return text;
};

const makeLists = (document) => {
  let open = []; // the lists that the next item may continue, outermost first
  let last = null;
  for (const element of document.body.querySelectorAll("p, h1, h2, h3, h4, h5, h6")) {
    const level = levelOf(element);
    if (!level) continue;
    if (!last || last.nextElementSibling !== element) open = [];
    const type = NUMBER.test(takeMarker(element)) ? "ol" : "ul";
    open.length = Math.min(open.length, level);
    if (open.length === level && open[level - 1].localName !== type) open.length = level - 1;
    if (!open.length) {
      const list = document.createElement(type);
      element.before(list);
      open.push(list);
      last = list;
    }
    while (open.length < level) {
      const parent = open.at(-1);
      if (!parent.lastElementChild) parent.append(document.createElement("li"));
      const list = document.createElement(type);
      parent.lastElementChild.append(list);
      open.push(list);
    }
    const item = document.createElement("li");
    const paragraph = document.createElement("p");
    paragraph.append(...element.childNodes);
    item.append(paragraph);
    open.at(-1).append(item);
    element.remove();
  }
};

const rename = (element, name) => {
  const renamed = element.ownerDocument.createElement(name);
  renamed.append(...element.childNodes);
  element.replaceWith(renamed);
};

export const plainHtml = (html) => {
  const document = new DOMParser().parseFromString(html, "text/html");
  for (const element of document.querySelectorAll("style, script, meta, link, title, xml")) element.remove();
  makeLists(document);
  for (const [from, to] of Object.entries(OTHER_HEADINGS)) {
    for (const element of document.querySelectorAll(from)) rename(element, to);
  }
  // Word wraps what is not bold or slanted in these, with a style that says so.
  for (const element of document.querySelectorAll("b, i")) {
    if (/font-(weight|style):\s*normal/.test(styleOf(element).replace(/mso-[^;]*/g, ""))) {
      element.replaceWith(...element.childNodes);
    }
  }
  return document.body.innerHTML;
};

document.addEventListener("prose-editor:ready", ({ detail: { editor } }) => {
  editor.setOptions({ editorProps: { ...editor.options.editorProps, transformPastedHTML: plainHtml } });
});
