// 整理格式: lines of plain text that begin with 一、 become headings, and with 1. （1） ① or · items of lists. A number
// is taken out of the text only where the list shows the same one; where in doubt the text stays as it is.

import { Extension, crel, pm } from "django-prose-editor/editor";

const { Fragment } = pm.model;
const { closeHistory } = pm.history;
const BLANK = "[ \\t\\u00a0\\u3000]";
const sign = (source, gap = "*") => new RegExp(`^${BLANK}*${source}(${BLANK}${gap})`);
// The kinds of markers; one that comes later may number a list within a list of one that comes earlier.
const KINDS = [
  sign("([0-9０-９]{1,2})[.．、]"),
  sign("([0-9０-９]{1,2})[)）]"),
  sign("[（(]([0-9０-９]{1,2})[)）]"),
  sign("([①-⑳])"),
  sign("([·•・●])"),
  sign("(-)", "+"),
];
const POINTED = KINDS[0];
const BULLETS = KINDS.slice(4);
const DIGIT = /^[\d０-９¼-¾⅐-⅞²³¹⁰-₉]/u;
// Numbers that stand side by side count things: 1、2岁, （1）（2）均可, ①和②.
const JOINED = /^(?:[-−－–—~～〜+±×/:：、，,至到和与或及]+\s*[（(]?[\d０-９①-⑳]|[（(]?[\d０-９]{1,2}[)）]|[①-⑳])/u;
const DIGITS = "一二三四五六七八九";
const COUNT = new RegExp(`^(?:([${DIGITS}])?十)?([${DIGITS}])?$`);
const CHAPTER = new RegExp(`^(${BLANK}*)([${DIGITS}十]{1,3})[、.．]${BLANK}*(.*)$`);
const LONGEST_HEADING = 30;
const SENTENCE = /[。！？；!?;]|[，、,…]$/;
const TELLING = ["superscript", "subscript", "strike", "link"]; // a marker under one of these is more than a marker
const IMAGE = "\ufffc";

const textOf = (content) => content.textBetween(0, content.size, "", IMAGE);

// The number that 七, 十, 十二 or 二十三 stands for; 0 for what is none.
const valueOf = (numeral) => {
  const [all, tens, ones] = COUNT.exec(numeral) || [];
  const digit = (one) => (one ? DIGITS.indexOf(one) + 1 : 0);
  return all ? (all.includes("十") ? (digit(tens) || 1) * 10 : 0) + digit(ones) : 0;
};

const isPlain = (content, end) => {
  let plain = true;
  content.nodesBetween(0, end, (node) => {
    plain &&= !node.marks.some((mark) => TELLING.includes(mark.type.name));
  });
  return plain;
};

// The marker that a line begins with: its kind, its number and its length.
const markerOf = (content) => {
  const text = textOf(content);
  for (const [kind, pattern] of KINDS.entries()) {
    const found = pattern.exec(text);
    if (!found) continue;
    const [{ length }, number, gap] = found;
    const rest = text.slice(length);
    const isBullet = BULLETS.includes(pattern);
    const isNumber = DIGIT.test(rest);
    if (!/[\p{L}\p{N}]/u.test(rest) || !isPlain(content, length) || JOINED.test(rest)) return null;
    // 1.5mg, 1、2岁, ·5 and - 3℃ are numbers; 2. 24小时 is the second of three where a first and a third stand by it.
    if (isNumber && ((pattern === POINTED && !gap) || (isBullet && (number === "-" || !gap)))) return null;
    if (isBullet) return { kind, length };
    const value = Number(number.normalize("NFKC"));
    return value ? { kind, length, number: value, isDoubtful: isNumber && pattern === POINTED } : null;
  }
  return null;
};

const linesOf = (paragraph) => {
  const lines = [[]];
  paragraph.forEach((node) => (node.type.name === "hardBreak" ? lines.push([]) : lines.at(-1).push(node)));
  return lines.map((nodes) => Fragment.from(nodes));
};

// The blocks of a body, each line of a paragraph by itself, without what is empty.
const entriesOf = (doc, counts) => {
  const entries = [];
  doc.forEach((node) => {
    if (node.type.name !== "paragraph") {
      entries.push({ node });
      return;
    }
    const lines = linesOf(node);
    const said = lines.filter((content) => textOf(content).trim());
    if (!said.length) counts.empty += 1;
    if (said.length > 1) counts.split += 1;
    for (const content of said) {
      const own = lines.length > 1 ? node.type.create({ ...node.attrs, bare: false }, content) : node;
      entries.push({ node: own, content, marker: markerOf(content) });
    }
  });
  // Nothing but a place for the cursor is no empty paragraph.
  if (!entries.length) counts.empty = 0;
  return entries;
};

// 一、病因, as a heading or as what may become one.
const chapterOf = ({ node, content }, at) => {
  if (!content && node.type.name !== "heading") return null;
  const [, indent, numeral, title] = CHAPTER.exec(textOf(node.content)) || [];
  const number = numeral ? valueOf(numeral) : 0;
  if (!number || !title || title.includes(IMAGE) || valueOf(title[0]) === number + 1) return null;
  if (content && ([...title].length > LONGEST_HEADING || SENTENCE.test(title))) return null;
  return { at, number, indent: indent.length, level: content ? 0 : node.attrs.level };
};

// Headings count on, and have something to say between them: three short lines that follow each other are steps.
const makeHeadings = (entries, { heading }, counts) => {
  const chapters = entries.map(chapterOf).filter(Boolean);
  const runs = [];
  for (const chapter of chapters) {
    if (runs.at(-1)?.at(-1).number === chapter.number - 1) runs.at(-1).push(chapter);
    else runs.push([chapter]);
  }
  for (const run of runs) {
    if (!run.some(({ at }, index) => index && at > run[index - 1].at + 1)) continue;
    const level = run.find((chapter) => chapter.level)?.level || 2;
    for (const { at, indent } of run.filter((chapter) => !chapter.level)) {
      entries[at] = { node: heading.create({ level }, entries[at].content.cut(indent)) };
      counts.headings += 1;
    }
  }
};

// The list that begins at a line: at least two items of one kind that count on, with the lists within them.
const readList = (entries, begin, outer = -1) => {
  const first = entries[begin].marker;
  if (!first || first.isDoubtful || first.kind <= outer) return null;
  const items = [];
  let at = begin;
  let end = begin;
  let sure = 0; // items up to the last that is one beyond doubt
  while (entries[at]?.marker) {
    const { marker, content } = entries[at];
    if (marker.kind === first.kind && (!marker.number || marker.number === first.number + items.length)) {
      items.push({ content: content.cut(marker.length), lists: [], isSure: !marker.isDoubtful });
      at += 1;
    } else {
      const inner = readList(entries, at, first.kind);
      if (!inner) break;
      items.at(-1).lists.push(inner);
      at = inner.end;
    }
    if (items.at(-1).isSure) [sure, end] = [items.length, at];
  }
  return sure > 1 ? { start: first.number, items: items.slice(0, sure), end } : null;
};

const listNode = (list, nodes, counts) => {
  const { paragraph, listItem, orderedList, bulletList } = nodes;
  counts.lists += 1;
  counts.items += list.items.length;
  const items = list.items.map(({ content, lists }) =>
    listItem.create(null, [paragraph.create(null, content), ...lists.map((inner) => listNode(inner, nodes, counts))]),
  );
  if (!list.start) return bulletList.create(null, items);
  return orderedList.create({ start: list.start > 1 ? list.start : null }, items);
};

// The blocks of a body as they should be, and how much there was to do.
const tidied = (doc) => {
  const { nodes } = doc.type.schema;
  const counts = { headings: 0, lists: 0, items: 0, split: 0, empty: 0 };
  const entries = entriesOf(doc, counts);
  makeHeadings(entries, nodes, counts);
  const blocks = [];
  for (let at = 0; at < entries.length; ) {
    const list = entries[at].marker ? readList(entries, at) : null;
    blocks.push(list ? listNode(list, nodes, counts) : entries[at].node);
    at = list ? list.end : at + 1;
  }
  return { blocks, counts };
};

// Put the blocks in the place of those that differ, the last first, so that the others keep theirs.
const replace = (tr, blocks) => {
  const changes = [];
  let next = 0;
  let from = 0;
  const change = (to, end) => {
    if (to > from || end > next) changes.unshift({ from, to, nodes: blocks.slice(next, end) });
  };
  tr.doc.forEach((node, at) => {
    const found = blocks.indexOf(node, next);
    if (found < 0) return;
    change(at, found);
    next = found + 1;
    from = at + node.nodeSize;
  });
  change(tr.doc.content.size, blocks.length);
  for (const one of changes) tr.replaceWith(one.from, one.to, one.nodes);
};

const sentence = ({ headings, lists, items, split, empty }, undo) => {
  const made = [headings && `${headings} 个小标题`, lists && `${lists} 个列表（共 ${items} 项）`].filter(Boolean);
  const done = [
    made.length && `整理了 ${made.join("、")}`,
    split && `把 ${split} 段里的换行分成了段落`,
    empty && `去掉了 ${empty} 个空段`,
  ].filter(Boolean);
  if (!done.length) return "没有要整理的：行首没有接连的编号，也没有空段。";
  return `${done.join("、")}，可按 ${undo} 撤销。`;
};

export const TidyFormat = Extension.create({
  name: "tidyFormat",

  addStorage() {
    return { note: crel("p", { className: "prose-tidy-note", role: "status" }) };
  },

  onCreate({ editor }) {
    editor.view.dom.closest(".prose-editor").append(this.storage.note);
  },

  // What was said is true until something else happens.
  onTransaction({ transaction }) {
    if (transaction.docChanged && !transaction.getMeta("tidyFormat")) this.storage.note.textContent = "";
  },

  addCommands() {
    return {
      tidyFormat:
        () =>
        ({ editor, tr, dispatch }) => {
          if (!editor.isEditable) return false;
          const { blocks, counts } = tidied(tr.doc);
          if (!dispatch) return true;
          if (Object.values(counts).some(Boolean)) {
            replace(tr, blocks);
            closeHistory(tr).setMeta("tidyFormat", true);
          }
          const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);
          this.storage.note.textContent = sentence(counts, isMac ? "⌘Z" : "Ctrl+Z");
          return true;
        },
    };
  },

  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: this.name,
      groups: "tidy",
      button: buttons.text("整理格式", "整理格式：把行首的 一、变成小标题，1. （1） ① · 变成列表，去掉空段"),
      command: (editor) => editor.commands.tidyFormat(),
    });
  },
});
