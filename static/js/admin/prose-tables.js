// The first row of a table as its head, by one button. prose-body.js writes such rows into a thead.

import { Table as BaseTable } from "django-prose-editor/editor";

// The table around the cursor, and where it begins.
const tableAround = ({ $from }) => {
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    if ($from.node(depth).type.name === "table") return { table: $from.node(depth), start: $from.start(depth) };
  }
  return null;
};

// How many rows the head has: as far down as its cells reach, because no cell reaches out of a thead.
const heightOfHead = (table) => {
  let height = 1;
  for (let row = 0; row < height; row += 1) {
    table.child(row).forEach((cell) => (height = Math.max(height, row + cell.attrs.rowspan)));
  }
  return Math.min(height, table.childCount);
};

const isHead = (table) => table.firstChild.attrs.head;

const setHead = (tr, { table, start }, head) => {
  const { tableHeader, tableCell } = table.type.schema.nodes;
  const last = head ? heightOfHead(table) : table.content.content.findIndex((row) => !row.attrs.head);
  table.forEach((row, at, index) => {
    if (last >= 0 && index >= last) return;
    tr.setNodeMarkup(start + at, null, { ...row.attrs, head });
    row.forEach((cell, place) => {
      tr.setNodeMarkup(start + at + 1 + place, head ? tableHeader : tableCell, cell.attrs);
    });
  });
};

export const Table = BaseTable.extend({
  addCommands() {
    const parent = this.parent?.();
    return {
      ...parent,
      insertTable: (options) => (props) => {
        const isInserted = parent.insertTable(options)(props);
        const around = tableAround(props.tr.selection);
        if (isInserted && props.dispatch && around && options?.withHeaderRow) setHead(props.tr, around, true);
        return isInserted;
      },
      toggleHead:
        () =>
        ({ tr, dispatch }) => {
          const around = tableAround(tr.selection);
          if (around && dispatch) setHead(tr, around, !isHead(around.table));
          return Boolean(around);
        },
    };
  },

  addMenuItems({ buttons, menu }) {
    const own = {
      name: "table:toggleHead",
      groups: "table",
      button: buttons.material("border_top", "第一行设为或取消表头"),
      hidden: (editor) => !editor.isActive("table"),
      active: (editor) => Boolean(tableAround(editor.state.selection) && isHead(tableAround(editor.state.selection).table)),
      command: (editor) => editor.chain().focus().toggleHead().run(),
    };
    // Its place is before the button that does so with one cell.
    const defineItem = (item) => {
      if (item.name === "table:toggleHeaderCell") menu.defineItem(own);
      menu.defineItem(item);
    };
    this.parent?.({ buttons, menu: { ...menu, defineItem } });
  },
});
