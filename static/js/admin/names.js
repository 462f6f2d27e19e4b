// Names for what Django's admin and Select2 leave without one: who does not see a page hears what each control is. In a
// block, and no module: Firefox takes no import map, which the editor needs, behind the first of these.
{
  const name = (root) => {
    // Select2 calls its box what is chosen in it, which may be nothing.
    for (const select of root.querySelectorAll("select.select2-hidden-accessible")) {
      const [box] = select.nextElementSibling.querySelectorAll('.select2-selection[role="combobox"]');
      const value = box?.querySelector('[role="textbox"]');
      if (!value) continue;
      value.removeAttribute("role"); // it is the value of the box, and no box of its own
      value.removeAttribute("aria-readonly");
      box.id = `${value.id}-box`;
      box.setAttribute("aria-label", select.labels[0]?.textContent.replace(/[:：]?\s*$/, "") ?? select.getAttribute("aria-label"));
      box.setAttribute("aria-labelledby", `${box.id} ${value.id}`);
    }
    root.querySelector("#searchbar")?.setAttribute("aria-label", "搜索"); // Django's label is an icon called Search
    for (const icon of root.querySelectorAll("span.help-tooltip[aria-label]")) icon.setAttribute("role", "img");
    for (const icon of root.querySelectorAll(".date-icon, .clock-icon")) icon.parentElement.setAttribute("aria-label", icon.title);
    for (const box of root.querySelectorAll(".tabular td.delete input")) box.setAttribute("aria-label", "删除");
    for (const head of root.querySelectorAll("th.original:empty")) {
      head.replaceWith(Object.assign(document.createElement("td"), { className: "original" }));
    }
  };

  // Django's scripts build theirs when jQuery says so, or when all is loaded.
  const all = () => name(document);
  addEventListener("load", () => (window.django?.jQuery ? django.jQuery(all) : all()));
  document.addEventListener("formset:added", (event) => setTimeout(name, 0, event.target));
}
