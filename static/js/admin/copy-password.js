// Copies the first password of an account, where the browser lets it; else it is selected.
const field = document.getElementById("first-password");
const button = document.querySelector("[data-copy-password]");
const news = document.querySelector(".first-password [role=status]");

if (button) button.hidden = false;
button?.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(field.value);
    news.textContent = "已经复制。";
  } catch {
    field.select();
    news.textContent = "浏览器不让复制，已经选中，请按 Ctrl+C。";
  }
});
