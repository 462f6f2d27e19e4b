// What Word puts on the clipboard, made plain HTML before the editor reads it: its lists are paragraphs with a
// painted number and its headings start at 1 and go to 6. The server cleans what is saved in any case.

const OTHER_HEADINGS = { H1: "H2", H5: "H4", H6: "H4" };
const OWN_HEADINGS = "h1, h2, h3, h4, h5, h6, th"; // they are bold without saying so
const BLOCKS = "p, h1, h2, h3, h4, h5, h6, li, ul, ol, div, section, blockquote, table, tbody, thead, tr, td, th";
const FORMATS = {
  B: { bold: true },
  STRONG: { bold: true },
  I: { slanted: true },
  EM: { slanted: true },
  SUP: { raised: "sup" },
  SUB: { raised: "sub" },
  S: { struck: true },
  STRIKE: { struck: true },
  INS: {},
};
const LIST_TYPES = {
  "lower-alpha": "a",
  "lower-latin": "a",
  "upper-alpha": "A",
  "upper-latin": "A",
  "lower-roman": "i",
  "upper-roman": "I",
};
const SYMBOLS = /^.(symbol|wingdings(?: [23])?|webdings).$/;
const LEAST_RAISED = { px: 3, pt: 2, em: 0.2, "%": 20 }; // less is alignment
const LENGTH = /^(-?[\d.]+)(px|pt|em|%)$/;
const SMALL_TEXT = /^[\d.+−-]{1,4}$/; // what is moved up by its place alone is a power, or an ornament
const HIDDEN = "隐藏的文字";
const TURNED = /[\u202b\u202e\u2067]|&#(?:8235|8238|8295|x202[be]|x2067);|<bdo\b[^>]*\bdir\s*=\s*["']?rtl/i; // behind them 05 reads 50
const LONGEST_QUOTE = 20;
const { isMarker, makeLists, nestIndented } = globalThis.proseLists;
const { partBlocks, rename, renameParts } = globalThis.proseParts;
const {
  boundSpans, fontOf, holds, inCharacters, isRed, markFormulas, putsOnRed, rulesOf,
  sayEmoji, sayFields, sayQuotes, takeDrawings, withEquations, withHyphens, withTable,
} = globalThis.proseForeign;

const styleOf = (element) => (element.dataset.style || "").toLowerCase();

const declarationsOf = (text) => {
  const unquoted = text.toLowerCase().replace(/"[^"]*"|'[^']*'/g, (quoted) => SYMBOLS.exec(quoted)?.[1] ?? "");
  const pairs = unquoted.matchAll(/([a-z-]+)\s*:\s*([^;]*)/g);
  return Object.fromEntries([...pairs].map(([, name, value]) => [name, value.replace("!important", "").trim()]));
};

// The parser reads no styles and runs no handlers under the policy, and reports each of them. So they go by names that
// it leaves alone.
const parse = (html) =>
  new DOMParser().parseFromString(
    withTable(withEquations(html))
      .replace(/<(\/?)style\b/gi, "<$1noframes")
      .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/([\s"'/])(?=(?:style|on[a-z]+)\s*=)/gi, "$1data-")),
    "text/html",
  );

// What an element says about its looks, in style elements and by itself.
const readStyles = (document) => {
  const styles = new Map();
  const add = (element, declarations) => styles.set(element, { ...styles.get(element), ...declarations });
  const rules = [...document.querySelectorAll("noframes")]
    .filter(holds)
    .flatMap((element) => rulesOf(element.textContent))
    .flatMap(([selectors, body]) => selectors.split(",").map((selector) => [selector.trim(), declarationsOf(body)]))
    .filter(([selector]) => selector);
  // Of two rules that of more classes counts, then that of more names: span.a over .a.
  const weight = ([selector]) => {
    const parts = selector.replace(/\[[^\]]*\]/g, ".");
    const number = (sign) => (parts.match(sign) || []).length;
    return number(/#/g) * 1e4 + number(/[.:]/g) * 100 + number(/(?:^|[\s>+~])[a-z]/gi);
  };
  for (const [selector, declarations] of rules.sort((one, other) => weight(one) - weight(other))) {
    try {
      for (const element of document.querySelectorAll(selector)) add(element, declarations);
    } catch {
      // No selector that a browser knows: it says nothing about the text.
    }
  }
  for (const element of document.querySelectorAll("[data-style]")) add(element, declarationsOf(styleOf(element)));
  return (element) => styles.get(element) || {};
};

const isDeleted = (element, style) =>
  element.tagName === "DEL" ||
  element.getAttribute("role") === "deletion" ||
  [...element.classList].some((name) => /^(?:mso-?del|track(?:ed)?(?:-?changes?)?(?:-?text)?-?(?:deleted|deletion))$/i.test(name)) ||
  Object.keys(style).some((name) => /^mso-(?:.*-)?del(?:eted|etion)?(?:-|$)/.test(name));

const isHidden = (element, style) =>
  element.hidden || style.display === "none" || style["mso-hide"] === "all";

const isComment = (element, style) =>
  (style["mso-element"] || "").startsWith("comment") ||
  style["mso-special-character"] === "comment" ||
  element.matches(".msocomtxt, .msocomoff, .msocomanchor, .MsoCommentText");

const isEmpty = (block) => {
  const rest = block.cloneNode(true);
  for (const span of rest.querySelectorAll("span")) if (isMarker(span)) span.remove();
  return !rest.textContent.trim() && !rest.querySelector("img, table");
};

const remove = (element) => {
  const block = element.parentElement.closest("p, h1, h2, h3, h4, h5, h6, li");
  element.remove();
  if (block && isEmpty(block)) block.remove();
};

const count = (counts, what, times = 1) => {
  if (times) counts[what] = (counts[what] || 0) + times;
};

// Take out what its writer has deleted, hidden or only noted at the margin. Add how often to `counts`.
const takeOut = (document, style, counts) => {
  for (const element of document.body.querySelectorAll("*")) {
    if (!element.isConnected) continue;
    const own = style(element);
    const what =
      (isDeleted(element, own) && "修订里删去的文字") ||
      (isComment(element, own) && "批注") ||
      (isHidden(element, own) && HIDDEN);
    if (!what) continue;
    if (element.textContent.trim()) count(counts, what);
    remove(element);
  }
};

const raisedBy = (element, style) => {
  const raise = Number.parseFloat(style["mso-text-raise"]);
  if (raise) return raise > 0 ? "sup" : "sub";
  const align = (!element.matches(BLOCKS) && style["vertical-align"]) || ""; // of a cell it says where text begins
  if (align === "super") return "sup";
  if (align === "sub") return "sub";
  const moved = element.tagName === "SPAN" && style.position === "relative" && SMALL_TEXT.test(element.textContent);
  const [, amount, unit] = LENGTH.exec(align) || (moved && LENGTH.exec(style.top)) || [];
  if (!unit || Math.abs(amount) < LEAST_RAISED[unit]) return null;
  return amount > 0 === !LENGTH.test(align) ? "sub" : "sup";
};

const formatOf = (element, style, inherited) => {
  const format = { ...inherited, ...FORMATS[element.tagName] };
  const weight = style["font-weight"] || (style.font && (/\b(?:bold|[6-9]00)\b/.exec(style.font)?.[0] || "normal"));
  if (/^(?:bold|[6-9]00|1000)/.test(weight)) format.bold ||= !element.closest(OWN_HEADINGS);
  else if (/^(?:normal|lighter|[1-5]00)/.test(weight)) format.bold = false;
  const slant = style["font-style"] || style.font;
  if (slant) format.slanted = /italic|oblique/.test(slant) || (format.slanted && !/normal/.test(slant) && !style.font);
  format.raised = raisedBy(element, style) || format.raised;
  const line = `${style["text-decoration"] || ""} ${style["text-decoration-line"] || ""}`;
  if (line.includes("line-through")) format.struck = true;
  else if (FORMATS[element.tagName]?.struck && line.includes("none")) format.struck = inherited.struck;
  format.font = fontOf(element, style) ?? inherited.font;
  // What stands within what nobody sees may be seen again: 公众号 writes columns in a size of 0.
  format.color = style.color ?? element.getAttribute("color")?.toLowerCase() ?? inherited.color;
  format.isOnRed = putsOnRed(style, element.getAttribute("bgcolor")) ?? inherited.isOnRed;
  // Neither visible nor opaque is a whole article of 公众号, until its script runs.
  const waits = Number.parseFloat(style.opacity) === 0 && element.matches(BLOCKS);
  format.visibility = (waits ? null : style.visibility) ?? inherited.visibility;
  format.size = style["font-size"] ?? inherited.size;
  return format;
};

const isUnseen = ({ visibility, size }) => /^(?:hidden|collapse)/.test(visibility) || Number.parseFloat(size) === 0;

// Say by elements what is said by styles, and by characters what is said by fonts: the editor reads nothing else.
const format = (node, style, inherited, found) => {
  const own = formatOf(node, style(node), inherited);
  let hasBlocks; // asked once: for each of 10,000 blanks, it took 20 s
  for (const child of Array.from(node.childNodes)) {
    if (child.nodeType === Node.ELEMENT_NODE) format(child, style, own, found);
    if (child.nodeType !== Node.TEXT_NODE) continue;
    if (!child.data.trim() && (hasBlocks ??= Boolean(node.querySelector(BLOCKS)))) continue; // between blocks
    if (child.data.trim() && isUnseen(own)) {
      count(found.counts, HIDDEN);
      child.remove();
      continue;
    }
    if (child.data.trim() && isRed(own.color ?? "")) found.red.push(child.data);
    else if (child.data.trim() && own.isOnRed && !node.closest(OWN_HEADINGS)) found.onRed.push(child.data); // a bar
    if (own.font) {
      const { shown, isUnknown } = inCharacters(child.data, own.font);
      if (isUnknown || shown !== child.data) found.symbols.push(isUnknown ? `${shown.trim()}（没有认出来）` : shown.trim());
      child.data = shown;
    }
    const tags = [own.raised, own.struck && "s", own.slanted && "em", own.bold && "strong"].filter(Boolean);
    const place = child.ownerDocument.createComment("");
    child.replaceWith(place);
    place.replaceWith(
      tags.reduce((inner, tag) => {
        const outer = inner.ownerDocument.createElement(tag);
        outer.append(inner);
        return outer;
      }, child),
    );
  }
  if (FORMATS[node.tagName]) node.replaceWith(...node.childNodes);
};

// Letters and Roman numbers of a list are said by its style, or by that of its items.
const typeLists = (document, style) => {
  for (const list of document.querySelectorAll("ol:not([type])")) {
    for (const element of [list, list.firstElementChild].filter(Boolean)) {
      const own = style(element);
      const words = `${own["list-style-type"] || ""} ${own["list-style"] || ""}`.split(/\s+/);
      const kind = words.find((word) => Object.hasOwn(LIST_TYPES, word));
      if (kind && !list.hasAttribute("type")) list.setAttribute("type", LIST_TYPES[kind]);
    }
  }
};

// Footnotes, comments and files of the writer's computer lead nowhere, and this admin is closed to readers.
const leadsSomewhere = (href) => {
  if (!/^(?:https?:)?\/\//i.test(href) && !/^\/(?!\/)/.test(href)) return false;
  const address = URL.canParse(href, location.href) ? new URL(href, location.href) : null;
  const admin = location.pathname.split("/", 2).join("/");
  return Boolean(address) && !(address.origin === location.origin && `${address.pathname}/`.startsWith(`${admin}/`));
};

// Leave the text of dead links; return how many there were.
const unlink = (document) => {
  const dead = [...document.querySelectorAll("a")].filter((link) => !leadsSomewhere(link.getAttribute("href") || ""));
  for (const link of dead) link.replaceWith(...link.childNodes);
  return dead.filter((link) => link.hasAttribute("href")).length;
};

const quote = (text) => {
  const line = [...text.trim().replace(/\s+/g, " ")];
  return `“${line.slice(0, LONGEST_QUOTE).join("")}${line.length > LONGEST_QUOTE ? "…" : ""}”`;
};

// One line that says what did not come along, and what to look at; "" if there is nothing to say.
const newsOf = ({ counts, symbols, formulas, fields, red, isTurned }, document) => {
  const taken = Object.entries(counts).map(([what, times]) => `${what} ${times} 处`);
  const times = Object.values(counts).reduce((sum, one) => sum + one, 0);
  const struck = [...document.querySelectorAll("s")].map((element) => element.textContent.trim()).filter(Boolean);
  return [
    times ? `粘贴时清理了 ${times} 处：${taken.join("、")}。` : "",
    struck.length ? `粘贴的内容里有删除线：${struck.slice(0, 3).map(quote).join("")}${struck.length > 3 ? "等" : ""}，请核对。` : "",
    symbols.length ? `符号字体里的字换成了它显示的符号：${[...new Set(symbols)].slice(0, 8).join(" ")}，请核对。` : "",
    red.length ? `红色的文字、红底没有颜色了：${red.slice(0, 3).map(quote).join("")}${red.length > 3 ? "等" : ""}，颜色有意思的请写成文字。` : "",
    fields.length ? `勾选和填写的内容可能不是您看到的：${fields.slice(0, 3).map(quote).join("")}${fields.length > 3 ? "等" : ""}，请对照原文。` : "",
    isTurned ? "粘贴的内容里有颠倒书写方向的控制符，去掉以后次序可能不同，请对照原文。" : "",
    formulas ? `公式有 ${formulas} 处没有带过来，正文里写着〔公式〕，请改成文字或图片。` : "",
  ].join("");
};

// Return the plain HTML, and a line in Chinese for the editor.
const plain = (html) => {
  const document = parse(html);
  const style = readStyles(document);
  for (const element of document.querySelectorAll("noframes, script, meta, link, title, xml")) element.remove();
  const counts = {};
  const symbols = [];
  const red = [];
  const onRed = [];
  const formulas = markFormulas(document);
  sayEmoji(document);
  const drawings = takeDrawings(document);
  const fields = sayFields(document, (field) => {
    const own = style(field);
    return !isHidden(field, own) && !isUnseen({ visibility: own.visibility, size: own["font-size"] });
  });
  boundSpans(document);
  takeOut(document, style, counts);
  sayQuotes(document);
  // What was copied in the editor itself has been looked at.
  const isOwn = Boolean(document.querySelector("[data-pm-slice]"));
  partBlocks(document, style, raisedBy, isOwn);
  makeLists(document);
  nestIndented(document);
  typeLists(document, style);
  format(document.body, style, {}, { counts, symbols, red, onRed });
  for (const element of document.querySelectorAll("q, ruby, rt")) element.replaceWith(...element.childNodes);
  if (!isOwn) renameParts(document);
  const dead = unlink(document);
  count(counts, "打不开的链接（文字留下了）", dead);
  count(counts, "图形、视频等嵌入的内容", drawings);
  for (const [from, to] of isOwn ? [] : Object.entries(OTHER_HEADINGS)) {
    for (const element of document.querySelectorAll(from)) rename(element, to);
  }
  for (const element of document.querySelectorAll("[data-style]")) element.removeAttribute("data-style");
  const news = isOwn ? "" : newsOf({ counts, symbols, formulas, fields, red: [...red, ...onRed], isTurned: TURNED.test(html) }, document);
  return { html: document.body.innerHTML, news };
};

globalThis.prosePaste = { plain };

document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => {
  const note = document.createElement("p");
  note.className = "prose-paste-note";
  note.setAttribute("role", "status");
  textarea.closest(".prose-editor").append(note);
  const transformPastedHTML = (html) => {
    const cleaned = plain(withHyphens(html));
    note.textContent = cleaned.news;
    return cleaned.html;
  };
  const own = { transformPastedHTML, transformPastedText: withHyphens };
  editor.setOptions({ editorProps: { ...editor.options.editorProps, ...own } });
});
