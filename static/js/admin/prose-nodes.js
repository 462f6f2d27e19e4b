// What a body may hold beyond the nodes that the editor brings along: text in no paragraph, lists that are lettered or
// count backwards, heads of tables. prose-body.js reads and writes them.

import {
  ListItem as BaseListItem,
  OrderedList as BaseOrderedList,
  Paragraph as BaseParagraph,
  TableHeader as BaseTableHeader,
  TableRow as BaseTableRow,
} from "django-prose-editor/editor";

const flag = (name, attribute, isSet) => ({
  [name]: {
    default: false,
    keepOnSplit: false,
    parseHTML: isSet,
    renderHTML: (attributes) => (attributes[name] ? { [attribute]: "" } : {}),
  },
});

const whole = (name) => (element) => {
  const text = element.getAttribute(name) || "";
  return /^-?\d+$/.test(text) ? Number(text) : null;
};

export const Paragraph = BaseParagraph.extend({
  addAttributes() {
    return { ...this.parent?.(), ...flag("bare", "data-bare", (element) => element.hasAttribute("data-bare")) };
  },
});

export const ListItem = BaseListItem.extend({
  content: "block+",

  addAttributes() {
    return { ...this.parent?.(), value: { default: null, keepOnSplit: false, parseHTML: whole("value") } };
  },
});

export const OrderedList = BaseOrderedList.extend({
  addAttributes() {
    return {
      start: { default: null, parseHTML: whole("start") },
      type: { default: null, parseHTML: (element) => /^[1aAiI]$/.exec(element.getAttribute("type"))?.[0] ?? null },
      ...flag("reversed", "reversed", (element) => element.hasAttribute("reversed")),
    };
  },

  renderHTML({ HTMLAttributes }) {
    return ["ol", HTMLAttributes, 0];
  },

  // The one of the editor says by a style what `type` says.
  addNodeView() {
    return null;
  },
});

export const TableRow = BaseTableRow.extend({
  addAttributes() {
    const isHead = (element) => element.hasAttribute("data-head") || element.parentElement?.localName === "thead";
    return { ...this.parent?.(), ...flag("head", "data-head", isHead) };
  },
});

export const TableHeader = BaseTableHeader.extend({
  addAttributes() {
    return { ...this.parent?.(), scope: { default: null } };
  },
});
