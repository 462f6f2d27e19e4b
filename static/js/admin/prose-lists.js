// Lists of Word are paragraphs with a painted number. prose-paste.js asks to have them made lists of HTML.

const NUMBER = /^[(（]?(\d+)[.)）、．]?$/;
const BULLET = /^(?:[lnuvqowØ§ü]|[^\p{L}\p{N}])?$/u; // letters of the fonts Wingdings and Courier New

const styleOf = (element) => (element.dataset.style || "").toLowerCase();

const isMarker = (element) => styleOf(element).replace(/\s/g, "").includes("mso-list:ignore");

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

// Only what a list shows by itself becomes a list; any other number, such as 一、, a. and 1.1, stays as text.
const makeLists = (document) => {
  let open = []; // the lists that the next item may continue, outermost first
  let outermost = null;
  for (const element of document.body.querySelectorAll("p, h1, h2, h3, h4, h5, h6")) {
    const level = levelOf(element);
    if (!level) continue;
    if (outermost?.nextElementSibling !== element) open = [];
    const marker = takeMarker(element);
    const number = NUMBER.exec(marker)?.[1];
    const type = number ? "ol" : BULLET.test(marker) ? "ul" : "";
    const goesOn = (one) => one.list.localName === type && (!number || one.next === Number(number));
    open = open.filter((one) => one.level < level || (one.level === level && goesOn(one)));
    let last = open.at(-1);
    if (!type) {
      for (const child of element.childNodes) {
        if (child.nodeType === Node.TEXT_NODE) child.data = child.data.trimStart();
        if (child.nodeType !== Node.COMMENT_NODE && child.textContent) break;
      }
      element.prepend(/[.)\w]$/.test(marker) ? `${marker} ` : marker);
      last?.list.lastElementChild.append(element);
      continue;
    }
    if (last?.level !== level) {
      const list = document.createElement(type);
      if (number && Number(number) !== 1) list.setAttribute("start", Number(number));
      if (last) last.list.lastElementChild.append(list);
      else {
        element.before(list);
        outermost = list;
      }
      last = { list, level, next: Number(number) };
      open.push(last);
    }
    const item = document.createElement("li");
    const paragraph = document.createElement("p");
    paragraph.append(...element.childNodes);
    item.append(paragraph);
    last.list.append(item);
    last.next += 1;
    element.remove();
  }
};

// Quill writes every item at one level and says by a class how deep it stands: as articles/text/indented_lists.py.
const NUMBERS = ["1", "a", "i"];
const nestIndented = (document) => {
  for (const item of document.querySelectorAll("li[class*=ql-indent-]")) {
    const depth = Number(/ql-indent-([1-8])/.exec(item.className)?.[1] ?? 0);
    const { localName } = item.parentElement;
    let holder = item.previousElementSibling;
    item.removeAttribute("class");
    for (let level = 1; holder && level <= depth; level += 1) {
      let list = holder.lastElementChild;
      if (list?.localName !== localName) {
        list = document.createElement(localName);
        if (localName === "ol") list.type = NUMBERS[level % 3];
        holder.append(list);
      }
      if (level === depth) list.append(item);
      holder = list.lastElementChild;
    }
  }
};

globalThis.proseLists = { isMarker, makeLists, nestIndented };
