// The fields of the form of a question as a person writes them: what stands in them, how they differ from what was
// kept, and how that is put back.
{
  const form = document.getElementById("article_form");

  const all = () =>
    [...form.elements].filter(
      (field) =>
        field.name &&
        !field.name.startsWith("_") &&
        field.closest("fieldset.module") &&
        !["hidden", "file", "submit", "button"].includes(field.type),
    );
  const prose = (field) => field.closest(".prose-editor")?.querySelector(".ProseMirror")?.editor;
  const valueOf = (field) => (field.type === "checkbox" ? field.checked : field.value);
  const state = () => Object.fromEntries(all().map((field) => [field.name, valueOf(field)]));
  const textOf = (value) => new DOMParser().parseFromString(String(value).replace(/<\/(p|li|h\d)>/g, " $&"), "text/html").body.textContent;
  const plain = (value) => textOf(value).replace(/\s+/g, " ").trim();
  // White space between the tags of a body, and line ends, are no difference.
  const same = (field, a, b) => (prose(field) ? String(a).replace(/\s+/g, "") === String(b).replace(/\s+/g, "") : a === b);
  const isAs = (start) => all().every((field) => same(field, valueOf(field), start[field.name]));
  const differing = (kept) =>
    all().filter((field) => field.name in kept.values && !same(field, kept.values[field.name], valueOf(field)));

  // What is kept of the form: what stands in it, and what its lists call what was chosen.
  function content() {
    const selects = all().filter((field) => field.tagName === "SELECT" && field.selectedIndex >= 0);
    const labels = Object.fromEntries(selects.map((field) => [field.name, field.selectedOptions[0].text]));
    return { version: form.elements._version?.value ?? "", values: state(), labels };
  }

  function shown(field, value, label) {
    if (field.type === "checkbox") return value ? "勾选" : "没有勾选";
    if (field.tagName === "SELECT") return value ? (label ?? [...field.options].find((option) => option.value === value)?.text ?? value) : "";
    return prose(field) ? plain(value) : String(value);
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
    // Written on another version: the server merges, and asks about what both have changed.
    if (form.elements._version) form.elements._version.value = kept.version;
  }

  const isStale = (kept) => Boolean(form.elements._version && form.elements._version.value !== kept.version);

  window.unsavedFields = { content, differing, isAs, isStale, restore, shown, state, valueOf };
}
