// What is typed or pasted as text stays that text: the editor's shorthands for marks would take the signs out of 2*3*4
// and strike the dose in 每日~~2~~次. Those for blocks, which everybody sees at once, stay, and 1. begins a list, too.

import { Extension, InputRule, crel, pm } from "django-prose-editor/editor";

const { canJoin, findWrapping } = pm.transform;
const POINT = /^(\d{1,2})[.．、][ \u3000]$/;
// Behind 1、 stands text at once, and 1、2岁 or 1、½片 is no list: so the first character that follows decides.
const COMMA = /^1、[^\p{N}\s、，,。.~～〜－–—至到和与或及-]/u;

// Put the paragraph into a list that begins with a number, or that goes on with it. Null if it cannot be.
const startList = (state, from, to, number) => {
  const { orderedList, listItem } = state.schema.nodes;
  const $from = state.doc.resolve(from);
  const isWithin = (type) => Array.from({ length: $from.depth }, (_, depth) => $from.node(depth).type).includes(type);
  if ($from.parent.type.name !== "paragraph" || isWithin(listItem)) return null;
  const index = $from.index(-1);
  const before = index ? $from.node(-1).child(index - 1) : null;
  const goesOn = before?.type === orderedList && (before.attrs.start ?? 1) + before.childCount === number;
  if (number !== 1 && !goesOn) return null;
  const tr = state.tr.delete(from, to);
  const range = tr.doc.resolve(from).blockRange();
  const wrapping = findWrapping(range, orderedList);
  if (!wrapping) return null;
  tr.wrap(range, wrapping);
  if (goesOn && canJoin(tr.doc, from - 1)) tr.join(from - 1);
  return undefined;
};

export const PlainTyping = Extension.create({
  name: "plainTyping",

  addStorage() {
    return { hasComma: false, note: crel("p", { className: "prose-typing-note", role: "status" }) };
  },

  onBeforeCreate() {
    this.editor.options.enableInputRules = ["heading", "bulletList", "blockquote", this.name];
    this.editor.options.enablePasteRules = false;
  },

  onCreate({ editor }) {
    editor.view.dom.closest(".prose-editor").append(this.storage.note);
  },

  // Whether 1、 has just been typed, and nothing but what follows it: a 1、 that stands in the body stays.
  onTransaction({ editor, transaction }) {
    const { storage } = this;
    const { $from, empty } = editor.state.selection;
    const text = $from.parent.textContent;
    const isAtEnd = empty && $from.depth > 0 && $from.parentOffset === $from.parent.content.size;
    const isNew = isAtEnd && text === "1、" && transaction.before.nodeAt($from.before())?.textContent === "1";
    storage.hasComma = isNew || (storage.hasComma && isAtEnd && text.startsWith("1、"));
    if (transaction.selectionSet || transaction.docChanged) storage.note.textContent = "";
  },

  addInputRules() {
    return [
      new InputRule({
        find: POINT,
        handler: ({ state, range, match }) => startList(state, range.from, range.to, Number(match[1])),
      }),
      new InputRule({
        find: (text) => (this.storage.hasComma && COMMA.test(text) ? { index: 0, text } : null),
        handler: ({ state, range }) => startList(state, range.from, range.from + 2, 1),
      }),
    ];
  },

  addKeyboardShortcuts() {
    return {
      // With nothing to link, the editor would do nothing and say nothing.
      "Mod-k": ({ editor }) => {
        if (!editor.state.selection.empty || editor.isActive("link")) return false;
        this.storage.note.textContent = "请先选中要加链接的文字，再按一次。";
        return true;
      },
    };
  },
});
