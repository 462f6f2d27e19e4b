// The form of a question, kept in this browser and on the server while it is not saved, and offered back after a crash
// or on another device. Nothing is put back silently, and nothing over what somebody else has saved: the form then keeps
// what it was written on, so that the server merges both, and asks about what both have changed.
{
  const PREFIX = "healthqa:unsaved:";
  const PAUSE = 1000; // milliseconds without typing before the form is kept
  const DAYS = 14;
  const MOST = 20; // forms that one browser keeps
  const LONGEST = 5_000_000; // characters of one form, as many as a browser keeps; more than the server takes of Chinese
  const { content, differing, isAs, restore, state } = window.unsavedFields;
  const store = window.unsavedStore;
  const HERE = store.isComputer ? "这台电脑" : "这台设备";
  const form = document.getElementById("article_form");
  const news = document.getElementById("unsaved");
  const own = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const isNew = news?.dataset.article === "new";
  const times = {}; // when the form was last kept, by where
  let start = {}; // the form as it was opened
  let timer;

  const key = (name) => `${PREFIX}${news.dataset.user}:${news.dataset.article}:${name}`;

  function read(name) {
    try {
      const kept = JSON.parse(localStorage.getItem(name));
      return kept && typeof kept.values === "object" && Date.now() - kept.at < DAYS * 86_400_000 ? kept : null;
    } catch {
      return null;
    }
  }

  function names() {
    return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  }

  // What is broken or old goes, and of the rest the oldest.
  function tidy(most) {
    const ages = names().map((name) => [read(name)?.at ?? 0, name]).sort((a, b) => b[0] - a[0]);
    ages.forEach(([at, name], index) => (!at || index >= most) && localStorage.removeItem(name));
  }

  function put(text) {
    try {
      localStorage.setItem(key(own), text);
    } catch {
      tidy(1);
      localStorage.setItem(key(own), text);
    }
  }

  function write() {
    clearTimeout(timer);
    timer = undefined;
    if (start && isAs(start)) {
      localStorage.removeItem(key(own));
      store.clear();
      delete times.here;
      delete times.there;
      return tell("");
    }
    const kept = content();
    store.keep(kept);
    const text = JSON.stringify({ at: Date.now(), ...kept });
    delete times.here;
    if (text.length > LONGEST) return tell("内容太长，没有暂存，请及时保存");
    try {
      put(text);
      times.here = now();
    } catch {
      // The server may still have room.
    }
    tellWhere();
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(write, PAUSE);
  }

  const now = () => new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });

  function tell(text) {
    if (news.textContent !== text) news.textContent = text;
  }

  function tellWhere() {
    const { here, there } = times;
    if (here) tell(there ? `已暂存在${HERE} ${here}，也存在服务器上 ${there}` : `已暂存在${HERE} ${here}`);
    else tell(there ? `浏览器存不下，只暂存在服务器上 ${there}，请及时保存` : "浏览器存不下，没有暂存，请及时保存");
  }

  function told(isThere) {
    if (isThere) times.there = now();
    else delete times.there;
    tellWhere();
  }

  function leave() {
    if (timer) write();
    store.send();
  }

  function forget(name) {
    localStorage.removeItem(key(name));
    return store.drop(name);
  }

  // One after the other, the newest first; what differs in nothing from the form is dropped.
  async function offerNext([first, ...rest]) {
    if (!first) return;
    const kept = first.isHere ? read(key(first.name)) : await store.read(first.name);
    if (kept && differing(kept).length) {
      window.unsavedOffer.show(kept, first.isHere, HERE, (isRestored) => {
        if (isRestored) {
          restore(kept);
          write();
        }
        forget(first.name);
        offerNext(rest);
      });
      return;
    }
    if (kept || first.isHere) forget(first.name);
    offerNext(rest);
  }

  // A form that is open in another window belongs to that window, which holds a lock under its name.
  async function heldNames() {
    const held = (await navigator.locks?.query())?.held ?? [];
    return new Set(held.map((lock) => lock.name));
  }

  async function begin() {
    navigator.locks?.request(key(own), () => new Promise(() => {}));
    const stored = store.begin(own, told);
    start = document.querySelector(".errornote, .conflict") ? null : state();
    if (!start) write(); // a refused form is as good as unsaved
    // What was sent stands in it again, with what came in from others.
    const sent = form.elements._version?.dataset.sent;
    if (sent) forget(sent);
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    form.addEventListener("submit", (event) => {
      write();
      if (event.submitter?.matches("[data-preview]")) return; // nothing is saved by it
      store.leaveForGood();
      form.append(window.unsavedOffer.element("input", { type: "hidden", name: "_unsaved", value: own }));
      if (isNew) history.replaceState({ sent: own }, "");
    });
    document.addEventListener("visibilitychange", () => document.hidden && leave());
    const held = await heldNames();
    const here = names().filter((name) => name.startsWith(key("")) && name !== key(own));
    // What both keep is offered once, as the browser has it.
    const there = stored.filter(({ name }) => !here.includes(key(name)));
    const mine = here.map((name) => ({ name: name.slice(key("").length), at: read(name)?.at ?? 0, isHere: true }));
    offerNext([...mine, ...there].filter(({ name }) => !held.has(key(name))).sort((a, b) => b.at - a.at));
  }

  // The server names the form that it has saved in the address that follows.
  const saved = /^#saved-([0-9a-f]+)$/.exec(window.location.hash);
  if (saved) {
    for (const name of names()) if (name.endsWith(`:${saved[1]}`)) localStorage.removeItem(name);
    history.replaceState(null, "", window.location.pathname + window.location.search);
  }
  // Going back to the form of a new question leads to what it became, which the server has said in a cookie: sent
  // again, it would be there twice.
  function goOn() {
    const sent = isNew && history.state?.sent;
    const made = sent && new RegExp(`\\bquestions_made=[^;]*\\b${sent}\\.(\\d+)`).exec(document.cookie);
    if (made) window.location.replace(new URL(`../${made[1]}/change/`, window.location.href));
  }
  window.addEventListener("pageshow", goOn);
  tidy(MOST);
  if (form?.elements.title && news?.dataset.url) window.addEventListener("load", begin);
}
