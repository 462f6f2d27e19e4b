// What is typed or pasted as text stays that text: the editor's shorthands for marks would take the signs out of 2*3*4
// and strike the dose in 每日~~2~~次. Those for blocks, which everybody sees at once, stay.

import { Extension } from "django-prose-editor/editor";

export const PlainTyping = Extension.create({
  name: "plainTyping",

  onBeforeCreate() {
    this.editor.options.enableInputRules = ["heading", "bulletList", "orderedList", "blockquote"];
    this.editor.options.enablePasteRules = false;
  },
});
