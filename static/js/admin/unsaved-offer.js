// The box above the form that shows what was not saved beside what stands in the form now, and asks.
{
  const SHOWN = 300; // characters of a difference that the offer shows
  const { differing, isStale, shown, valueOf } = window.unsavedFields;

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const labelOf = (field) =>
    field.closest(".form-row")?.querySelector("label, legend")?.textContent.replace(/[:：\s]+$/, "") || field.name;

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

  function difference(field, kept) {
    const now = shown(field, valueOf(field));
    const then = shown(field, kept.values[field.name], kept.labels?.[field.name]);
    const [old, fresh] = middles(now, then);
    return element(
      "li",
      {},
      element("strong", { textContent: labelOf(field) }),
      element("p", {}, element("span", { className: "quiet", textContent: "现在：" }), old),
      element("p", {}, element("span", { className: "quiet", textContent: "当时写的：" }), fresh),
    );
  }

  function sentence(kept, isHere, here) {
    const when = new Date(kept.at).toLocaleString("zh-CN", { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" });
    if (isHere) return `${when}，您在${here}上改过下面这些，没有保存：`;
    return `您在另一台设备${kept.device ? `（${kept.device}）` : ""}上 ${when} 改过下面这些，没有保存：`;
  }

  // `done`(isRestored) is called once, when one of the buttons was pressed.
  function show(kept, isHere, here, done) {
    const back = element("button", { type: "button", textContent: "恢复" });
    const drop = element("button", { type: "button", textContent: "丢弃" });
    const box = element(
      "section",
      { className: "unsaved-offer" },
      element("h2", { textContent: "有没有保存的内容" }),
      element("p", { textContent: sentence(kept, isHere, here) }),
      element("ul", {}, ...differing(kept).map((field) => difference(field, kept))),
    );
    if (kept.isOpen) {
      const note = "另一台设备上还开着这一页。恢复以后请只在这里接着写：那边再写的，不会自动到这边来。";
      box.append(element("p", { className: "unsaved-open", textContent: note }));
    }
    if (isStale(kept)) {
      const warning = "这个问题后来又保存过，“现在”是新的内容。恢复以后保存时，别人改的会一起留下，两边都改了的会请您选，不会直接覆盖。";
      box.append(element("p", { className: "unsaved-stale", textContent: warning }));
    }
    box.append(element("p", { className: "unsaved-buttons" }, back, " ", drop));
    box.setAttribute("aria-label", "没有保存的内容");
    const answer = (isRestored) => {
      box.remove();
      done(isRestored);
    };
    back.addEventListener("click", () => answer(true));
    drop.addEventListener("click", () => answer(false));
    document.getElementById("article_form").before(box);
  }

  window.unsavedOffer = { element, show };
}
