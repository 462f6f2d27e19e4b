// Captions while they are edited: paragraphs of a kind of their own, above their table and below their picture.
// prose-body.js reads and writes them. Where its picture goes, a caption is a paragraph again.

import { Node, Plugin, pm } from "django-prose-editor/editor";

const { NodeSelection, TextSelection } = pm.state;
const LONGEST_TAKEN = 100; // characters of a paragraph that looks like the caption of the picture above it
const LOOKS_LIKE_ONE = /^\s*[（(【[]?\s*(?:[▲△▼↑]|图|Fig)/i;

export const TableCaption = Node.create({
  name: "tableCaption",
  group: "block",
  content: "inline*",
  isolating: true, // else its text would go into the paragraph that a table is pasted into

  parseHTML() {
    return [{ tag: "p[data-caption]", priority: 60 }];
  },

  renderHTML() {
    return ["p", { "data-caption": "" }, 0];
  },
});

const isCaption = (node) => node?.type.name === "imageCaption";

// The captions that stand below no picture, as [place, node].
const strayOf = (doc) => {
  const found = [];
  doc.descendants((node, at, parent, index) => {
    if (isCaption(node) && (!index || parent.child(index - 1).type.name !== "image")) found.push([at, node]);
    return !node.isTextblock;
  });
  return found;
};

const isTaken = (node) =>
  node?.type.name === "paragraph" &&
  node.textContent.length <= LONGEST_TAKEN &&
  LOOKS_LIKE_ONE.test(node.textContent) &&
  node.content.content.every((child) => child.isText || child.type.name === "hardBreak");

export const ImageCaption = Node.create({
  name: "imageCaption",
  group: "block",
  content: "(text | hardBreak)*",

  parseHTML() {
    return [{ tag: "p[data-figcaption]", priority: 60 }];
  },

  renderHTML() {
    return ["p", { "data-figcaption": "" }, 0];
  },

  addCommands() {
    return {
      // Below the picture that is selected: go to its caption, begin one, or make one of the paragraph that looks so.
      // In a caption: make it a paragraph, or take it away if nothing is written.
      toggleImageCaption:
        () =>
        ({ state: { selection }, tr, dispatch }) => {
          const { imageCaption, paragraph } = tr.doc.type.schema.nodes;
          const { $from, node, to } = selection;
          const isImage = node?.type.name === "image";
          if (!dispatch || (!isImage && !isCaption($from.parent))) return isImage || isCaption($from.parent);
          if (!isImage) {
            const at = $from.before();
            if ($from.parent.content.size) tr.setNodeMarkup(at, paragraph);
            else tr.delete(at, at + 2).setSelection(NodeSelection.create(tr.doc, at - 1));
            return true;
          }
          const next = tr.doc.nodeAt(to);
          if (isTaken(next)) tr.setNodeMarkup(to, imageCaption);
          else if (!isCaption(next)) tr.insert(to, imageCaption.create());
          tr.setSelection(TextSelection.create(tr.doc, to + 1 + tr.doc.nodeAt(to).content.size)).scrollIntoView();
          return true;
        },
    };
  },

  addMenuItems({ buttons, menu }) {
    const isHere = ({ state }) => state.selection.node?.type.name === "image" || isCaption(state.selection.$from.parent);
    menu.defineItem({
      name: this.name,
      groups: "image",
      button: buttons.text("图片说明", "图片说明：写在图的下面；光标在说明里，再点就变回段落"),
      hidden: (editor) => !isHere(editor),
      active: (editor) => isCaption(editor.state.selection.$from.parent),
      command: (editor) => editor.chain().focus().toggleImageCaption().run(),
    });
  },

  addProseMirrorPlugins() {
    return [
      new Plugin({
        appendTransaction(transactions, before, { doc, tr, schema }) {
          if (!transactions.some(({ docChanged }) => docChanged)) return null;
          const stray = strayOf(doc);
          for (const [at] of stray) tr.setNodeMarkup(at, schema.nodes.paragraph);
          return stray.length ? tr : null;
        },
      }),
    ];
  },
});
