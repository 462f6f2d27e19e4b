// Choosing a doctor or a tag in the filter shows the list at once; without JavaScript its button does.
window.addEventListener("load", () => {
  for (const form of document.querySelectorAll("form[data-submit-on-choice]")) {
    django.jQuery(form).on("select2:select select2:clear", () => form.requestSubmit());
  }
});

// Where there is room the style sheet shows the filters whether they are open or not; older browsers cannot.
const filters = document.querySelector(".list-filters");
if (filters && !CSS.supports("selector(::details-content)")) {
  filters.open = getComputedStyle(filters).getPropertyValue("--has-room").trim() === "1";
}
