// The box 分享草稿: a click changes it in place, so that what is typed in the form stays, and addresses are copied.
// Without JavaScript the buttons send a form of their own.
const form = document.getElementById("draft-form");
const box = document.querySelector("#draft-links [data-box]");
const news = document.querySelector("#draft-links .draft-news");

const showCopyButtons = () => {
  if (!navigator.clipboard) return;
  for (const button of box.querySelectorAll("[data-copy]")) button.hidden = false;
};

async function change({ name, value }) {
  const data = new FormData(form);
  data.set(name, value);
  box.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(response.status);
    const answer = await response.json();
    box.innerHTML = answer.box;
    showCopyButtons();
    news.textContent = answer.said;
  } catch {
    news.textContent = "没有成功，请再试一次；如果还不行，请先保存，再刷新这一页。";
  }
  box.removeAttribute("aria-busy");
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!box.hasAttribute("aria-busy")) change(event.submitter || { name: "draft", value: "share" });
});

box?.addEventListener("click", async (event) => {
  const address = event.target.dataset?.copy;
  if (!address) return;
  try {
    await navigator.clipboard.writeText(address);
    news.textContent = "地址已经复制。";
  } catch {
    event.target.closest("p").querySelector("input").select();
    news.textContent = "浏览器不让复制，地址已经选中，请按 Ctrl+C。";
  }
});

// The fields of the box are none of the question's: what is typed here is no unsaved change.
for (const name of ["input", "change"]) box?.addEventListener(name, (event) => event.stopPropagation());

if (box) showCopyButtons();
