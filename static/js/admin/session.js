// A form that stays open says before the session ends, and when it has; after signing in again in another window it can
// be saved as it stands. What was typed is kept meanwhile (unsaved.js).
{
  const BEAT = 60; // seconds
  const SOON = 300; // seconds before its end from which it is said
  const news = document.getElementById("unsaved");
  const url = news?.dataset.session;
  const box = document.createElement("div");
  let hasEnded = false;
  let timer;

  function say(text, ...others) {
    if (box.dataset.said === text) return; // said again, it would be read aloud again
    box.dataset.said = text;
    const line = document.createElement("p");
    line.textContent = text;
    box.replaceChildren(line, ...others);
    box.hidden = !text;
  }

  function goOn() {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "继续使用";
    button.addEventListener("click", () => ask(isHere()));
    return button;
  }

  function signIn() {
    const link = document.createElement("a");
    link.href = news.dataset.signIn;
    link.target = "_blank";
    link.textContent = "重新登录（新窗口）";
    return link;
  }

  function show({ user, seconds, token }) {
    const isOwn = String(user) === news.dataset.user;
    if (isOwn) for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = token;
    if (!isOwn) {
      hasEnded = true;
      say(
        user
          ? "这个浏览器里登录的已经是另一个账号。写的内容暂存在这台设备上；请用原来的账号重新登录，再回到这里保存。"
          : "登录已经结束：很久没有操作，或者登录满了最长时间。写的内容暂存在这台设备上。请重新登录，再回到这一页接着写和保存。",
        signIn(),
      );
    } else if (seconds < SOON) say(`再过 ${Math.max(1, Math.round(seconds / 60))} 分钟没有操作，就会退出登录。`, goOn());
    else if (hasEnded) {
      hasEnded = false;
      say("已经重新登录，可以接着写和保存。");
    } else if (box.querySelector("button")) say("");
  }

  function isHere() {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    return { method: "POST", body };
  }

  async function ask(options = {}) {
    clearTimeout(timer);
    try {
      const answer = await fetch(url, { ...options, headers: { Accept: "application/json" } });
      if (answer.ok) show(await answer.json());
    } catch {
      // Offline; the next beat asks again.
    }
    timer = setTimeout(() => ask(), BEAT * 1000);
  }

  if (url) {
    box.className = "session-news";
    box.hidden = true;
    box.setAttribute("role", "alert");
    document.body.append(box);
    timer = setTimeout(() => ask(), BEAT * 1000);
    document.addEventListener("visibilitychange", () => document.hidden || ask());
    addEventListener("focus", () => ask());
  }
}
