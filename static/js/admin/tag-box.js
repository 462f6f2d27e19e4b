// The tag box. The text input that the server reads stays the source of truth: every change here is written back to
// it at once, what is only typed included, so nothing is lost whichever way the form is sent.

const SEPARATORS = /[,，、;；\r\n]+/;
// Widths are made one; 10⁹, ½片 and ①号方 stay what they are. The server decides in the end (articles/text/names.py).
const narrow = (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0);
const clean = (text) =>
  text
    .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
    .replace(/[０-９Ａ-Ｚａ-ｚ＋－／％＃＆＝]/g, narrow)
    .normalize("NFC")
    .replace(/\s+/g, " ")
    .trim();
const fold = (text) => clean(text).replace(/[！-～]/g, narrow).toLowerCase();

const element = (name, properties = {}, ...children) => {
  const created = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in created) created[key] = value;
    else created.setAttribute(key, value);
  }
  created.append(...children);
  return created;
};

class TagBox {
  constructor(source) {
    this.source = source;
    this.address = source.dataset.tagBox;
    this.names = [];
    this.options = [];
    this.active = -1;
    this.asked = 0;
    this.build();
    this.take(source.value);
  }

  build() {
    const id = `${this.source.id}_box`;
    this.input = element("input", {
      type: "text",
      id,
      className: "tag-box-input",
      autocomplete: "off",
      spellcheck: false,
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": `${id}_list`,
    });
    const help = this.source.getAttribute("aria-describedby");
    if (help) this.input.setAttribute("aria-describedby", help);
    this.chips = element("ul", { className: "tag-box-chips", "aria-label": "已有的标签" });
    this.list = element("ul", { id: `${id}_list`, className: "tag-box-list", role: "listbox", "aria-label": "标签提示" });
    this.list.hidden = true;
    this.news = element("span", { className: "tag-box-news", role: "status" });
    this.box = element("div", { className: "tag-box" }, this.chips, this.input, this.list, this.news);
    this.source.after(this.box);
    this.source.hidden = true;
    document.querySelector(`label[for="${this.source.id}"]`)?.setAttribute("for", id);

    this.input.addEventListener("input", (event) => this.typed(event));
    this.input.addEventListener("compositionend", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("paste", (event) => this.pasted(event));
    this.input.addEventListener("blur", () => this.confirm());
    this.source.addEventListener("tag-box:replace", ({ detail }) => this.replace(detail));
    this.box.addEventListener("click", (event) => event.target === this.box && this.input.focus());
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the input keeps the focus
      const option = event.target.closest("[role=option]");
      if (option) this.choose([...this.list.children].indexOf(option));
    });
  }

  write() {
    const typed = clean(this.input.value);
    this.source.value = [...this.names, ...(typed ? [typed] : [])].join("，");
    this.source.dispatchEvent(new Event("change", { bubbles: true }));
  }

  typed(event) {
    if (event?.isComposing) return;
    if (SEPARATORS.test(this.input.value)) {
      const parts = this.input.value.split(SEPARATORS);
      const rest = parts.pop();
      this.input.value = rest;
      this.take(parts.join(","));
    }
    this.write();
    this.ask();
  }

  pasted(event) {
    const text = event.clipboardData?.getData("text/plain") || "";
    if (!SEPARATORS.test(text.trim())) return;
    event.preventDefault();
    const { value, selectionStart, selectionEnd } = this.input;
    const whole = value.slice(0, selectionStart) + text + value.slice(selectionEnd);
    this.input.value = "";
    this.take(whole);
    this.close();
  }

  pressed(event) {
    if (event.isComposing || event.keyCode === 229) return; // the keys belong to the input method
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) this.ask();
      else this.move(key === "ArrowDown" ? 1 : -1);
    } else if (key === "Enter") {
      event.preventDefault();
      if (this.active >= 0) this.choose(this.active);
      else this.confirm();
    } else if (key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    } else if (key === "Backspace" && !this.input.value && this.names.length) {
      this.remove(this.names.at(-1));
    }
  }

  // Make tags of a text with separators.
  take(text) {
    for (const name of text.split(SEPARATORS).map(clean).filter(Boolean)) this.add(name);
    this.write();
  }

  // Another script puts other tags in the place of these.
  replace(text) {
    for (const name of this.names) this.remove(name);
    this.input.value = "";
    this.take(text);
  }

  confirm() {
    const text = this.input.value;
    this.input.value = "";
    this.take(text);
    this.close();
  }

  add(name) {
    if (this.names.some((known) => fold(known) === fold(name))) return this.tell(`“${name}”已经有了`);
    this.names.push(name);
    const button = element("button", { type: "button", "aria-label": `去掉 ${name}`, textContent: "×" });
    const chip = element("li", { className: "tag-chip" }, element("span", { textContent: name }), button);
    chip.dataset.name = name;
    button.addEventListener("click", () => {
      this.remove(chip.dataset.name);
      this.input.focus();
    });
    this.chips.append(chip);
    this.resolve(chip);
  }

  remove(name) {
    this.names = this.names.filter((known) => known !== name);
    this.chipOf(name)?.remove();
    this.write();
    this.tell(`去掉了 ${name}`);
  }

  chipOf(name) {
    return [...this.chips.children].find((chip) => chip.dataset.name === name);
  }

  // Show what the server would make of a name: an alias becomes its tag, an unknown one is marked as new.
  async resolve(chip) {
    const name = chip.dataset.name;
    const answer = await this.fetch(name);
    if (!answer || !this.names.includes(name)) return;
    chip.classList.toggle("is-new", !answer.exact);
    chip.title = answer.exact ? "" : "新标签，保存时建立";
    if (!answer.exact || answer.exact === name) return;
    if (this.names.includes(answer.exact)) return this.remove(name);
    this.names[this.names.indexOf(name)] = answer.exact;
    chip.dataset.name = chip.firstElementChild.textContent = answer.exact;
    chip.lastElementChild.setAttribute("aria-label", `去掉 ${answer.exact}`);
    chip.title = `${name} 是它的别名`;
    this.write();
    this.tell(`${name} 是 ${answer.exact} 的别名`);
  }

  async fetch(text) {
    try {
      const response = await fetch(`${this.address}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
      return response.ok ? await response.json() : null;
    } catch {
      return null; // without suggestions the box still takes what is typed
    }
  }

  async ask() {
    const turn = ++this.asked;
    const text = clean(this.input.value);
    if (!text) return this.close();
    await new Promise((wait) => setTimeout(wait, 120));
    if (turn !== this.asked) return;
    const answer = await this.fetch(text);
    if (turn === this.asked && answer) this.show(answer.results);
  }

  show(results) {
    this.options = results;
    this.active = -1;
    this.list.replaceChildren(
      ...results.map(({ name, alias, kind }, index) =>
        element(
          "li",
          { id: `${this.list.id}_${index}`, role: "option", "aria-selected": "false" },
          element("span", { textContent: alias ? `${name}（${alias}）` : name }),
          element("span", { className: "quiet", textContent: kind }),
        ),
      ),
    );
    this.list.hidden = !results.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.input.removeAttribute("aria-activedescendant");
    if (results.length) this.tell(`${results.length} 个提示`);
  }

  move(step) {
    const count = this.options.length;
    this.active = this.active < 0 && step < 0 ? count - 1 : (this.active + step + count) % count;
    [...this.list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === this.active)));
    const option = this.list.children[this.active];
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  choose(index) {
    const { name } = this.options[index];
    this.input.value = "";
    this.take(name);
    this.close();
  }

  close() {
    this.asked += 1;
    this.show([]);
  }

  tell(text) {
    this.news.textContent = text;
  }
}

for (const source of document.querySelectorAll("input[data-tag-box]")) new TagBox(source);
