// 文字检查: asks the server while the editor types, shows what it says, leads to each place, puts right what is safe.
// Without JavaScript the panel shows what was found when the form was opened or saved.
{
  const PAUSE = 700; // milliseconds without typing before the server is asked
  const BLANK = /[\s\u0085\u200b\ufeff]/; // articles/copyedit/passages.py has the same
  const FIELDS = ["title", "short_answer", "body", "when_to_see_a_doctor", "references"];
  const panel = document.querySelector("#copyedit-panel [data-panel]");
  const news = document.querySelector("#copyedit-panel .copyedit-news");
  const form = panel?.closest("form");
  let timer, asking, checked;

  const field = (name) => form.elements[name];
  const prose = () => form.querySelector(".field-body .ProseMirror")?.editor;

  // Places are told in visible characters. Returns where the first begins and the last ends, as [index of text, offset].
  function find(parts, start, end) {
    let seen = 0;
    let first = null;
    for (const [index, text] of parts.entries()) {
      let offset = 0;
      for (const char of text) {
        const next = offset + char.length;
        if (!BLANK.test(char)) {
          if (seen === start) first = [index, offset];
          seen += 1;
          if (seen === end) return first && { first, last: [index, next] };
        }
        offset = next;
      }
    }
    return null;
  }

  function textNodes(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    return nodes;
  }

  function rangeOf(editor, start, end) {
    const nodes = textNodes(editor.view.dom);
    const place = find(nodes.map((node) => node.data), start, end);
    if (!place) return null;
    const range = document.createRange();
    range.setStart(nodes[place.first[0]], place.first[1]);
    range.setEnd(nodes[place.last[0]], place.last[1]);
    return range;
  }

  // Returns {from, to, text}: positions in the editor's document or in the field's value, and what stands there.
  function spanOf(name, start, end) {
    const editor = name === "body" && prose();
    if (editor) {
      const range = rangeOf(editor, start, end);
      if (!range) return null;
      const from = editor.view.posAtDOM(range.startContainer, range.startOffset);
      const to = editor.view.posAtDOM(range.endContainer, range.endOffset);
      return { from, to, text: range.toString() };
    }
    const place = name !== "body" && find([field(name).value], start, end);
    if (!place) return null;
    const [from, to] = [place.first[1], place.last[1]];
    return { from, to, text: field(name).value.slice(from, to) };
  }

  function show(name, start, end) {
    const editor = name === "body" && prose();
    const span = end && spanOf(name, start, end);
    if (editor) {
      const chain = editor.chain().focus();
      if (span) chain.setTextSelection(span).scrollIntoView();
      chain.run();
      editor.view.dom.closest(".prose-editor").scrollIntoView({ block: "nearest" });
      return;
    }
    const input = field(name);
    if (!input) return;
    input.focus();
    input.scrollIntoView({ block: "center" });
    if (span) input.setSelectionRange(span.from, span.to);
  }

  const bare = (text) => [...text].filter((char) => !BLANK.test(char)).join("");

  // Apply [start, end, text, old] from the last to the first; what has changed meanwhile stays as it is.
  function fix(name, edits) {
    const spans = edits
      .map(([start, end, text, old]) => ({ ...spanOf(name, start, end), new: text, old }))
      .filter((span) => span.text !== undefined && bare(span.text) === bare(span.old))
      .sort((a, b) => b.from - a.from);
    const editor = name === "body" && prose();
    if (editor) {
      const change = editor.state.tr;
      for (const { from, to, new: text } of spans) {
        if (text) change.insertText(text, from, to);
        else change.delete(from, to);
      }
      editor.view.dispatch(change);
    } else {
      const input = field(name);
      input.focus();
      for (const { from, to, new: text } of spans) {
        input.setSelectionRange(from, to);
        // Unlike setRangeText, this can be undone with Ctrl+Z.
        if (!document.execCommand(text ? "insertText" : "delete", false, text)) {
          input.setRangeText(text, from, to, "end");
          input.dispatchEvent(new Event("input", { bubbles: true }));
        }
      }
    }
    return spans.length;
  }

  // Marks under the places in the body, without touching the editor's document.
  function mark() {
    const editor = prose();
    if (!editor || !window.Highlight) return;
    const places = [...panel.querySelectorAll('a[data-field="body"][data-end]')];
    const ranges = places.map(({ dataset }) => rangeOf(editor, Number(dataset.start), Number(dataset.end)));
    CSS.highlights.set("copyedit", new Highlight(...ranges.filter(Boolean)));
  }

  function ready() {
    for (const button of panel.querySelectorAll("button[hidden]")) button.hidden = false;
    mark();
  }

  function texts() {
    const data = new FormData();
    for (const name of FIELDS) data.set(name, field(name)?.value ?? "");
    return data;
  }

  async function check() {
    const data = texts();
    const text = JSON.stringify([...data]);
    if (text === checked) return;
    asking?.abort();
    asking = new AbortController();
    data.set("csrfmiddlewaretoken", field("csrfmiddlewaretoken").value);
    data.set("key", panel.dataset.key);
    try {
      const response = await fetch(panel.dataset.panel, { method: "POST", body: data, signal: asking.signal });
      const answer = await response.json();
      if (!response.ok) throw new Error(answer.said);
      const open = [...panel.querySelectorAll("details[open]")].map((details) => details.parentElement.dataset.rule);
      panel.innerHTML = answer.panel;
      for (const rule of open) panel.querySelector(`[data-rule="${rule}"] details`)?.setAttribute("open", "");
      checked = text;
      document.querySelector("[data-copyedit-total]").textContent = answer.total;
      tell(answer.total ? `${answer.total} 项提醒` : "没有提醒");
      ready();
    } catch (error) {
      if (error.name !== "AbortError") tell(error.message.includes("文字") ? error.message : "暂时检查不了，不影响保存。");
    }
  }

  function tell(text) {
    if (news.textContent !== text) news.textContent = text;
  }

  function later(event) {
    if (event?.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(check, PAUSE);
  }

  function fixFrom(button) {
    const all = button.dataset.fix === "all";
    const buttons = all ? [...button.parentElement.querySelectorAll("li [data-fix]")] : [button];
    let done = 0;
    for (const name of FIELDS) {
      const own = buttons.filter((one) => one.parentElement.querySelector("a").dataset.field === name);
      if (own.length) done += fix(name, own.flatMap((one) => JSON.parse(one.dataset.fix)));
    }
    tell(done ? `改了 ${done} 处，可以用 Ctrl+Z 撤销` : "文字已经变了，正在重新检查");
    later();
  }

  if (form) {
    checked = JSON.stringify([...texts()]);
    form.addEventListener("input", later);
    form.addEventListener("compositionend", () => later());
    panel.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-field]");
      const button = event.target.closest("button[data-fix]");
      if (!link && !button) return;
      event.preventDefault();
      if (button) fixFrom(button);
      else show(link.dataset.field, Number(link.dataset.start), Number(link.dataset.end));
    });
    document.addEventListener("prose-editor:ready", ready);
    window.addEventListener("load", ready);
    ready();
  }
}
