// Choosing a doctor in the filter shows the list at once; without JavaScript its button does.
window.addEventListener("load", () => {
  for (const form of document.querySelectorAll("form[data-submit-on-choice]")) {
    django.jQuery(form).on("select2:select select2:clear", () => form.requestSubmit());
  }
});
