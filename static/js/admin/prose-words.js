// The prose editor in Chinese. It asks window.gettext for some of its words while it loads, so this file comes first;
// the others are fixed in its code and are replaced once its buttons and dialogs stand in the page.
{
  const words = {
    "heading 2": "二级标题",
    "heading 3": "三级标题",
    "heading 4": "四级标题",
    "horizontal rule": "分隔线",
    "underline": "下划线",
    "paragraph": "正文段落",
    "unordered list": "项目列表",
    "ordered list": "编号列表",
    "blockquote": "引用",
    "bold": "粗体",
    "italic": "斜体",
    "strike": "删除线",
    "subscript": "下标",
    "superscript": "上标",
    "insert link": "插入链接（先选中文字）",
    "remove link": "去掉链接",
    "Insert table": "插入表格",
    "Add column": "在右边加一列",
    "Delete column": "删除这一列",
    "Add row": "在下面加一行",
    "Delete row": "删除这一行",
    "Merge cells": "合并单元格",
    "Split cell": "拆分单元格",
    "Toggle header cell": "这一格设为或取消表头",
    "Delete table": "删除表格",
    "undo": "撤销",
    "redo": "重做",
    "Edit Link": "链接",
    "URL": "网址",
    "Title": "说明（可不填）",
    "Update": "确定",
    "Cancel": "取消",
    "Table Properties": "插入表格",
    "Insert Table": "插入",
    "Rows": "行数",
    "Columns": "列数",
    "Include header row": "第一行是表头",
    "Yes": "是",
    "No": "否",
  };

  const asked = window.gettext || ((text) => text);
  window.gettext = (text) => words[text] || asked(text);

  // The editor adds a style element of its own unless one is there, and the policy of the site forbids inline styles.
  // This one is no HTML and styles nothing; what the editor needs stands in css/admin/base.css.
  const placeholder = document.createElementNS("urn:placeholder", "style");
  placeholder.setAttribute("data-tiptap-style", "");
  document.head.append(placeholder);

  const translateButtons = (menu) => {
    for (const button of menu.querySelectorAll("[title]")) {
      const word = words[button.title];
      if (word) {
        button.title = word;
        button.setAttribute("aria-label", word);
      }
    }
  };

  // Of a choice the editor reads the value, which is the English text unless it is set.
  const translateChoices = (dialog) => {
    for (const option of dialog.querySelectorAll("option")) {
      if (words[option.textContent]) {
        option.value = option.textContent;
        option.textContent = words[option.textContent];
      }
    }
  };

  document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => {
    const box = textarea.closest(".prose-editor");
    const label = document.querySelector(`label[for="${textarea.id}"]`);
    const translateMenu = () => translateButtons(box.querySelector(".prose-menubar"));
    if (box.querySelector(".prose-menubar")) translateMenu();
    else editor.on("create", translateMenu);
    editor.view.dom.setAttribute("role", "textbox");
    editor.view.dom.setAttribute("aria-multiline", "true");
    editor.view.dom.setAttribute("aria-label", label ? label.textContent.trim().replace(/[：:]$/, "") : "正文");
    label?.addEventListener("click", () => editor.commands.focus());
    new MutationObserver(() => {
      for (const dialog of box.querySelectorAll("dialog")) translateChoices(dialog);
    }).observe(box, { childList: true, subtree: true });
  });
}
