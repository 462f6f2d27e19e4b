// The form of a question, kept in this browser while it is not saved, and offered back after a crash. Nothing is put
// back silently, and nothing over what somebody else has saved: the form then keeps what it was written on, so
// that the server merges both, and asks about what both have changed.
{
  const PREFIX = "healthqa:unsaved:";
  const PAUSE = 1000; // milliseconds without typing before the form is kept
  const DAYS = 14;
  const MOST = 20; // forms that one browser keeps
  const LONGEST = 5_000_000; // characters of one form, as many as a browser keeps; more than the server takes of Chinese
  const SHOWN = 300; // characters of a difference that the offer shows
  const form = document.getElementById("article_form");
  const news = document.getElementById("unsaved");
  const own = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const isNew = news?.dataset.article === "new";
  let start = {}; // the form as it was opened
  let timer;

  const fields = () =>
    [...form.elements].filter(
      (field) =>
        field.name &&
        !field.name.startsWith("_") &&
        field.closest("fieldset.module") &&
        !["hidden", "file", "submit", "button"].includes(field.type),
    );
  const prose = (field) => field.closest(".prose-editor")?.querySelector(".ProseMirror")?.editor;
  const valueOf = (field) => (field.type === "checkbox" ? field.checked : field.value);
  const state = () => Object.fromEntries(fields().map((field) => [field.name, valueOf(field)]));
  const textOf = (value) => new DOMParser().parseFromString(String(value).replace(/<\/(p|li|h\d)>/g, " $&"), "text/html").body.textContent;
  const plain = (value) => textOf(value).replace(/\s+/g, " ").trim();
  // White space between the tags of a body, and line ends, are no difference.
  const same = (field, a, b) => (prose(field) ? String(a).replace(/\s+/g, "") === String(b).replace(/\s+/g, "") : a === b);
  const key = (name) => `${PREFIX}${news.dataset.user}:${news.dataset.article}:${name}`;

  function read(name) {
    try {
      const kept = JSON.parse(localStorage.getItem(name));
      return kept && typeof kept.values === "object" && Date.now() - kept.at < DAYS * 86_400_000 ? kept : null;
    } catch {
      return null;
    }
  }

  function names() {
    return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  }

  // What is broken or old goes, and of the rest the oldest.
  function tidy(most) {
    const ages = names().map((name) => [read(name)?.at ?? 0, name]).sort((a, b) => b[0] - a[0]);
    ages.forEach(([at, name], index) => (!at || index >= most) && localStorage.removeItem(name));
  }

  function write() {
    clearTimeout(timer);
    const values = state();
    if (fields().every((field) => start && same(field, values[field.name], start[field.name]))) {
      localStorage.removeItem(key(own));
      tell("");
      return;
    }
    const selects = fields().filter((field) => field.tagName === "SELECT" && field.selectedIndex >= 0);
    const labels = Object.fromEntries(selects.map((field) => [field.name, field.selectedOptions[0].text]));
    const text = JSON.stringify({ at: Date.now(), version: form.elements._version?.value ?? "", values, labels });
    if (text.length > LONGEST) return tell("内容太长，没有暂存，请及时保存");
    try {
      localStorage.setItem(key(own), text);
    } catch {
      tidy(1);
      try {
        localStorage.setItem(key(own), text);
      } catch {
        return tell("浏览器存不下，没有暂存，请及时保存");
      }
    }
    tell(`已暂存在这台电脑 ${new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" })}`);
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(write, PAUSE);
  }

  function tell(text) {
    if (news.textContent !== text) news.textContent = text;
  }

  // --- Offering back ---

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const labelOf = (field) =>
    field.closest(".form-row")?.querySelector("label, legend")?.textContent.replace(/[:：\s]+$/, "") || field.name;
  const differing = (kept) =>
    fields().filter((field) => field.name in kept.values && !same(field, kept.values[field.name], valueOf(field)));

  // The two texts from where they begin to differ to where they end to.
  function middles(now, then) {
    let head = 0;
    while (head < Math.min(now.length, then.length) && now[head] === then[head]) head += 1;
    let tail = 0;
    while (tail < Math.min(now.length, then.length) - head && now.at(-1 - tail) === then.at(-1 - tail)) tail += 1;
    const from = Math.max(head - 12, 0);
    return [now, then].map((text) => {
      const cut = text.slice(from, text.length - Math.max(tail - 12, 0));
      return (from ? "…" : "") + (cut.length > SHOWN ? `${cut.slice(0, SHOWN)}…` : cut) || "（空）";
    });
  }

  function shownValue(field, value, label) {
    if (field.type === "checkbox") return value ? "勾选" : "没有勾选";
    if (field.tagName === "SELECT") return value ? (label ?? [...field.options].find((option) => option.value === value)?.text ?? value) : "";
    return prose(field) ? plain(value) : value;
  }

  function difference(field, kept) {
    const now = shownValue(field, valueOf(field));
    const then = shownValue(field, kept.values[field.name], kept.labels?.[field.name]);
    const [old, fresh] = middles(now, then);
    return element(
      "li",
      {},
      element("strong", { textContent: labelOf(field) }),
      element("p", {}, element("span", { className: "quiet", textContent: "现在：" }), old),
      element("p", {}, element("span", { className: "quiet", textContent: "当时写的：" }), fresh),
    );
  }

  function put(field, value, label) {
    const editor = prose(field);
    if (editor) return editor.commands.setContent(value, { emitUpdate: true });
    if (field.matches("[data-tag-box]")) return field.dispatchEvent(new CustomEvent("tag-box:replace", { detail: value }));
    if (field.type === "checkbox") field.checked = value;
    else {
      const isMissing = field.tagName === "SELECT" && ![...field.options].some((option) => option.value === value);
      if (isMissing) field.add(new Option(label ?? value, value));
      field.value = value;
    }
    field.closest("details")?.setAttribute("open", ""); // what was put back is seen
    field.dispatchEvent(new Event("input", { bubbles: true }));
    if (field.tagName === "SELECT") window.django?.jQuery(field).trigger("change");
  }

  function restore(kept) {
    for (const field of differing(kept)) put(field, kept.values[field.name], kept.labels?.[field.name]);
    // Written on another version: the server compares, and refuses to save over what came between.
    if (form.elements._version) form.elements._version.value = kept.version;
    write();
  }

  function offer(name, kept, rest) {
    const isStale = form.elements._version && form.elements._version.value !== kept.version;
    const when = new Date(kept.at).toLocaleString("zh-CN", { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" });
    const back = element("button", { type: "button", textContent: "恢复" });
    const drop = element("button", { type: "button", textContent: "丢弃" });
    const box = element(
      "section",
      { className: "unsaved-offer" },
      element("h2", { textContent: "有没有保存的内容" }),
      element("p", { textContent: `${when}，您在这台电脑上改过下面这些，没有保存：` }),
      element("ul", {}, ...differing(kept).map((field) => difference(field, kept))),
    );
    if (isStale) {
      const warning = "这个问题后来又保存过，“现在”是新的内容。恢复以后保存时，别人改的会一起留下，两边都改了的会请您选，不会直接覆盖。";
      box.append(element("p", { className: "unsaved-stale", textContent: warning }));
    }
    box.append(element("p", { className: "unsaved-buttons" }, back, " ", drop));
    box.setAttribute("aria-label", "没有保存的内容");
    const done = () => {
      localStorage.removeItem(name);
      box.remove();
      offerNext(rest);
    };
    back.addEventListener("click", () => (restore(kept), done()));
    drop.addEventListener("click", done);
    form.before(box);
  }

  // One after the other, the newest first; what differs in nothing from the form is dropped.
  function offerNext(list) {
    for (const [index, name] of list.entries()) {
      const kept = read(name);
      if (kept && differing(kept).length) return offer(name, kept, list.slice(index + 1));
      localStorage.removeItem(name);
    }
  }

  // A form that is open in another window belongs to that window, which holds a lock under its name.
  async function heldNames() {
    const held = (await navigator.locks?.query())?.held ?? [];
    return new Set(held.map((lock) => lock.name));
  }

  async function begin() {
    navigator.locks?.request(key(own), () => new Promise(() => {}));
    start = document.querySelector(".errornote, .conflict") ? null : state();
    if (!start) write(); // a refused form is as good as unsaved
    // What was sent stands in it again, with what came in from others.
    const sent = form.elements._version?.dataset.sent;
    if (sent) localStorage.removeItem(key(sent));
    const held = await heldNames();
    const mine = names().filter((name) => name.startsWith(key("")) && name !== key(own) && !held.has(name));
    offerNext(mine.sort((a, b) => (read(b)?.at ?? 0) - (read(a)?.at ?? 0)));
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    form.addEventListener("submit", () => {
      write();
      form.append(element("input", { type: "hidden", name: "_unsaved", value: own }));
      if (isNew) history.replaceState({ sent: own }, "");
    });
    document.addEventListener("visibilitychange", () => document.hidden && timer && write());
  }

  // The server names the form that it has saved in the address that follows.
  const saved = /^#saved-([0-9a-f]+)$/.exec(window.location.hash);
  if (saved) {
    for (const name of names()) if (name.endsWith(`:${saved[1]}`)) localStorage.removeItem(name);
    history.replaceState(null, "", window.location.pathname + window.location.search);
  }
  // Going back to the form of a new question leads to what it became, which the server has said in a cookie: sent
  // again, it would be there twice.
  function goOn() {
    const sent = isNew && history.state?.sent;
    const made = sent && new RegExp(`\\bquestions_made=[^;]*\\b${sent}\\.(\\d+)`).exec(document.cookie);
    if (made) window.location.replace(new URL(`../${made[1]}/change/`, window.location.href));
  }
  window.addEventListener("pageshow", goOn);
  tidy(MOST);
  if (form?.elements.title && news) window.addEventListener("load", begin);
}
