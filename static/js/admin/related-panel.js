// A click in the panel of related questions changes it in place, so that what is typed in the form stays.
// Without JavaScript the buttons send a form of their own.
const form = document.getElementById("related-form");
const panel = document.querySelector("#related-panel [data-panel]");
const news = document.querySelector("#related-panel .related-news");

// The rows above the panel follow the click; the server passes over a row that is gone.
function matchRows(rows) {
  for (const row of document.querySelectorAll("#related_items-group tr.has_original")) {
    const field = (name, before = "") => document.getElementsByName(`${before}${row.id}-${name}`)[0];
    const state = rows[field("id").value];
    row.hidden = !state;
    if (!state) continue;
    field("position").value = field("position", "initial-").value = state.position;
    field("is_excluded").checked = state.excluded;
    field("is_excluded", "initial-").value = state.excluded ? "True" : "False";
  }
}

async function change({ name, value }) {
  const data = new FormData(form);
  data.set(name, value);
  panel.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(response.status);
    const answer = await response.json();
    panel.innerHTML = answer.panel;
    matchRows(answer.rows);
    news.textContent = answer.said;
    panel.querySelector(`button[value$=":${value.split(":")[1]}"]`)?.focus({ preventScroll: true });
  } catch {
    news.textContent = "没有成功，请再试一次；如果还不行，请先保存，再刷新这一页。";
  }
  panel.removeAttribute("aria-busy");
}

form?.addEventListener("submit", (event) => {
  if (!event.submitter?.value) return;
  event.preventDefault();
  if (!panel.hasAttribute("aria-busy")) change(event.submitter);
});
