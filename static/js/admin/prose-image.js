// Images in the prose editor: a button, paste and drop; each is uploaded with its alternative text before it stands in
// the text. Only images of this site are kept, because readers' browsers load no others.

import { Image, Plugin, crel } from "django-prose-editor/editor";

const OWN = /^\/media\/[0-9a-f]{32}-\d+x\d+\.webp$/;
const LONGEST_ALT = 200;
const LONGEST_CAPTION = 300; // of one that is written here; it goes on in the text

const ownAddress = (src) => {
  const address = new URL(src || "", location.href);
  return address.origin === location.origin && OWN.test(address.pathname) ? address.pathname : null;
};

const upload = async (address, file, alt) => {
  const form = new FormData();
  form.append("file", file, file.name || "picture.png");
  form.append("alt", alt);
  const headers = {
    Accept: "application/json",
    "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value,
  };
  try {
    const answer = await fetch(address, { method: "POST", body: form, headers });
    if (answer.status === 403) return { error: "没有上传成功：您没有权限，或者已经退出登录。" };
    return await answer.json();
  } catch {
    return { error: "没有上传成功：连不上服务器，或者文件太大。请稍后再试，图片还在这里。" };
  }
};

let dialogs = 0;

// Ask for a file, unless there is one, and for its alternative text. Resolves to {attrs: {src, alt}, caption}, or to null.
const askForImage = (editor, { upload: address, mostBytes }, { file = null, image = null }) =>
  new Promise((resolve) => {
    const id = `prose-image-${++dialogs}`;
    const chosen = crel("input", {
      type: "file",
      id: `${id}-file`,
      accept: "image/jpeg,image/png,image/webp,image/gif",
      required: !file,
    });
    const alt = crel("textarea", {
      id: `${id}-alt`,
      rows: 2,
      maxLength: LONGEST_ALT,
      required: true,
      value: image ? image.alt || "" : "",
    });
    const caption = crel("input", { type: "text", id: `${id}-caption`, maxLength: LONGEST_CAPTION });
    const preview = crel("img", { alt: "", className: "prose-image-preview", hidden: true });
    const news = crel("p", { className: "prose-image-news", role: "alert" });
    const submit = crel("button", { type: "submit", textContent: image ? "确定" : "插入" });
    const cancel = crel("button", { type: "button", textContent: "取消" });
    const field = (label, input, help) =>
      crel("div", { className: "prose-editor-dialog-field" }, [
        crel("label", { htmlFor: input.id, textContent: label }),
        input,
        ...(help ? [crel("span", { className: "prose-editor-help", textContent: help })] : []),
      ]);
    const form = crel("form", { method: "dialog" }, [
      crel("h3", {
        className: "prose-editor-dialog-title",
        id: `${id}-title`,
        textContent: image ? "图片的替代文字" : "插入图片",
      }),
      ...(image || file ? [] : [field("图片文件", chosen)]),
      preview,
      field("替代文字（必填）", alt, "图上有什么，一句话说清楚。看不到图的读者听到的就是它。"),
      ...(image ? [] : [field("图片说明（可不填）", caption, "写在图的下面，所有读者都看到，例如图的出处、箭头指的是什么。")]),
      news,
      crel("div", { className: "prose-editor-dialog-buttons" }, [submit, cancel]),
    ]);
    const dialog = crel("dialog", { className: "prose-editor-dialog", "aria-labelledby": `${id}-title` }, [form]);
    const box = editor.view.dom.closest(".prose-editor");

    const finish = (attrs, said = "") => {
      dialog.remove();
      resolve(attrs && { attrs, caption: said });
      editor.view.focus();
    };
    const show = () => {
      const source = image ? image.src : null;
      preview.hidden = !source;
      if (source) preview.src = source;
      news.textContent = file && file.size > mostBytes ? `图片最大 ${mostBytes / 1024 / 1024} MB，请缩小以后再传。` : "";
      submit.disabled = Boolean(news.textContent);
      if (file && !image) news.before(crel("p", { className: "prose-image-name", textContent: file.name }));
    };
    chosen.addEventListener("change", () => {
      form.querySelector(".prose-image-name")?.remove();
      file = chosen.files[0] || null;
      show();
    });
    cancel.addEventListener("click", () => finish(null));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      finish(null);
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const text = alt.value.trim();
      if (!text) {
        news.textContent = "请填写替代文字。";
        alt.focus();
        return;
      }
      if (image) {
        finish({ src: image.src, alt: text });
        return;
      }
      submit.disabled = true;
      news.textContent = "正在上传……";
      const answer = await upload(address, file, text);
      submit.disabled = false;
      if (answer.src) finish({ src: answer.src, alt: answer.alt }, caption.value.trim());
      else news.textContent = answer.error || "没有上传成功，请再试一次。";
    });
    // The dialog stands in the form of the page: what is typed here is no change of it, and Enter does not send it.
    for (const name of ["input", "change"]) dialog.addEventListener(name, (event) => event.stopPropagation());
    document.body.append(dialog);
    dialog.addEventListener("close", () => dialog.remove());
    box.classList.remove("prose-image-over");
    dialog.showModal();
    show();
    (image || file ? alt : chosen).focus();
  });

const say = (editor, text) => {
  const box = editor.view.dom.closest(".prose-editor");
  let note = box.querySelector(".prose-image-note");
  if (!note) {
    note = crel("p", { className: "prose-image-note", role: "status" });
    box.append(note);
  }
  note.textContent = text;
};

const picturesOf = (data) => [...(data?.files || [])].filter((file) => file.type.startsWith("image/"));

const textOf = (html) => new DOMParser().parseFromString(html || "", "text/html").body.textContent.trim();

const OwnImages = Image.extend({
  addAttributes() {
    return {
      src: { default: null, parseHTML: (element) => ownAddress(element.getAttribute("src")) },
      alt: { default: "" },
    };
  },

  addInputRules() {
    return [];
  },
});

const rule = {
  tag: "img[src]",
  getAttrs: (element) => (ownAddress(element.getAttribute("src")) ? null : false),
};

// An image in the midst of a text, as other programs write it; one above its caption stands by itself.
export const InlineImage = OwnImages.extend({
  name: "inlineImage",
  group: "inline",
  inline: true,

  parseHTML() {
    const getAttrs = (image) => (image.nextElementSibling?.matches("[data-figcaption]") ? false : rule.getAttrs(image));
    return [{ ...rule, getAttrs, priority: 60, context: "paragraph/|heading/|tableCaption/" }];
  },
});

const withCaption = (type, { attrs, caption }) => [
  { type, attrs },
  ...(caption ? [{ type: "imageCaption", content: [{ type: "text", text: caption }] }] : []),
];

const IMAGES = ["image", "inlineImage"];

// An image between paragraphs, as the button puts it.
export const OwnImage = OwnImages.extend({
  addOptions() {
    return { ...this.parent?.(), upload: "", mostBytes: 0 };
  },

  parseHTML() {
    return [rule];
  },

  addCommands() {
    return {
      askForImages:
        (files = [null]) =>
        ({ editor, state }) => {
          const chosen = IMAGES.includes(state.selection.node?.type.name) ? state.selection.node : null;
          const image = chosen?.attrs;
          const ask = async () => {
            for (const file of files) {
              const found = await askForImage(editor, this.options, { file, image: file ? null : image });
              if (!found) continue;
              if (image && !file) editor.chain().focus().updateAttributes(chosen.type.name, found.attrs).run();
              else editor.chain().focus().insertContent(withCaption(this.name, found)).run();
            }
          };
          ask();
          return true;
        },
    };
  },

  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: this.name,
      groups: "image",
      button: buttons.material("image", "图片（也可以粘贴或拖进来）"),
      active: (editor) => IMAGES.some((name) => editor.isActive(name)),
      command: (editor) => editor.commands.askForImages(),
    });
  },

  addProseMirrorPlugins() {
    const { editor } = this;
    return [
      new Plugin({
        props: {
          handlePaste(view, event) {
            const files = picturesOf(event.clipboardData);
            // Word puts a picture of the text beside the text itself.
            if (!files.length || textOf(event.clipboardData.getData("text/html"))) return false;
            editor.commands.askForImages(files);
            return true;
          },
          handleDrop(view, event, slice, moved) {
            const files = moved ? [] : picturesOf(event.dataTransfer);
            if (!files.length) return false;
            event.preventDefault();
            const place = view.posAtCoords({ left: event.clientX, top: event.clientY });
            if (place) editor.commands.setTextSelection(place.pos);
            editor.commands.askForImages(files);
            return true;
          },
          transformPastedHTML(html) {
            const images = new DOMParser().parseFromString(html, "text/html").querySelectorAll("img");
            const foreign = [...images].filter((image) => !ownAddress(image.getAttribute("src")));
            say(editor, foreign.length ? `粘贴的内容里有 ${foreign.length} 张图片没有带过来，请逐张上传。` : "");
            return html;
          },
        },
      }),
    ];
  },
});
