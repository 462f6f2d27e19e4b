// Keys for the form of a question: save, preview, the next of the queue, and a small help that lists them.
{
  const form = document.getElementById("article_form");
  const help = document.getElementById("keys");
  const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);

  // Never a button that publishes: the one that saves and stays, whatever the form calls it.
  const SAVING = ['button[name="_step"][value="save"]', 'input[name="_continue"]', 'input[name="_save"]'];
  const saving = () => SAVING.map((one) => form.querySelector(one)).find(Boolean);

  function save() {
    const button = saving();
    if (!button || form.dataset.isSent) return;
    form.requestSubmit(button);
  }

  function preview() {
    const button = form.querySelector("[data-preview]");
    if (button) form.requestSubmit(button);
  }

  const next = () => window.location.assign(help.dataset.next);
  const ACTIONS = { KeyP: preview, KeyN: next, Slash: () => help.togglePopover() };

  function pressed(event) {
    if (event.isComposing || event.repeat || event.shiftKey) return;
    const isSave = event.code === "KeyS" && (isMac ? event.metaKey : event.ctrlKey) && !event.altKey;
    const action = isSave ? save : event.altKey && !event.ctrlKey && !event.metaKey && ACTIONS[event.code];
    if (!action) return;
    event.preventDefault();
    action();
  }

  if (form && help) {
    if (isMac) {
      for (const key of help.querySelectorAll("kbd")) key.textContent = { Ctrl: "⌘", Alt: "⌥" }[key.textContent] ?? key.textContent;
    }
    document.addEventListener("keydown", pressed);
    // Two quick strokes send the form once; coming back to it by the browser's button makes it whole again.
    form.addEventListener("submit", (event) => event.submitter?.matches("[data-preview]") || (form.dataset.isSent = "1"));
    window.addEventListener("pageshow", () => delete form.dataset.isSent);
    document.querySelector("[data-keys]").hidden = false;
    // A new question begins with its title; Django's own script has by then focused the first button.
    const isNew = document.getElementById("unsaved")?.dataset.article === "new" && !document.querySelector(".errornote");
    if (isNew) window.addEventListener("load", () => form.elements.title?.focus());
  }
}
