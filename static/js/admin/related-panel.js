// A click in the panel of related questions changes it in place, so that what is typed in the form stays.
// Without JavaScript the buttons send a form of their own.
const form = document.getElementById("related-form");
const panel = document.querySelector("#related-panel [data-panel]");
const news = document.querySelector("#related-panel .related-news");
const finder = document.querySelector("#related-panel .related-new"); // finds by typing, which needs a script

function show(html) {
  const open = [...panel.querySelectorAll("details[open]")].map((details) => details.dataset.fold);
  panel.innerHTML = html;
  for (const name of open) panel.querySelector(`[data-fold="${name}"]`)?.setAttribute("open", "");
}

async function change({ name, value }) {
  const data = new FormData(form);
  data.set(name, value);
  panel.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(response.status);
    const answer = await response.json();
    show(answer.panel);
    news.textContent = answer.said;
    const key = value.split(":")[1];
    if (key) panel.querySelector(`button[value$=":${key}"]`)?.focus({ preventScroll: true });
    else {
      form.elements.other.value = "";
      form.elements.other.dispatchEvent(new Event("change"));
    }
  } catch {
    news.textContent = "没有成功，请再试一次；如果还不行，请先保存，再刷新这一页。";
  }
  panel.removeAttribute("aria-busy");
}

if (finder) finder.hidden = false;
form?.addEventListener("submit", (event) => {
  if (!event.submitter?.value) return;
  event.preventDefault();
  if (!panel.hasAttribute("aria-busy")) change(event.submitter);
});
