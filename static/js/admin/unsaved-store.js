// The unsaved form on the server, so that another device of the same person is offered it. Whatever fails here fails
// silently: the browser keeps the form, too, and the line above the fields says where it is.
{
  const PAUSE = 3000; // milliseconds without typing before it is sent, and for how long typing may put that off
  const LONGEST_PAUSE = 20_000;
  const BEAT = 60_000; // how often the page says that it is still open
  const MOST = 1_500_000; // characters of one form, and of one field, that the server takes
  const LONGEST = 200_000;
  const KEEPALIVE = 20_000; // characters that a browser still sends when the page is gone
  const LATE = "healthqa:unsaved:late";
  const news = document.getElementById("unsaved");
  const form = document.getElementById("article_form");
  let own; // the name of this form
  let pending; // what is to be sent next
  let timer, since, running, tell;
  let arriving; // the promise of what is on its way
  let isThere = false;
  let isLeft = false;

  // The forms of this person and question that the server had when it made the page.
  const listed = () => (news.dataset.kept || "").split(" ").filter(Boolean).map((one) => ({ name: one.split(":")[0], at: Number(one.split(":")[1]) }));

  function device() {
    const agent = navigator.userAgent;
    if (/iPad/.test(agent) || (/Mac/.test(agent) && navigator.maxTouchPoints > 1)) return "ipad";
    return ["iPhone", "Android", "Windows", "Mac", "Linux"].find((one) => agent.includes(one))?.toLowerCase() ?? "";
  }

  function message(values) {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const [name, value] of Object.entries(values)) data.set(name, value);
    return data;
  }

  // Whether the server keeps the form now; undefined when it could not be asked.
  async function post(values, options = {}) {
    try {
      const answer = await fetch(news.dataset.url, { method: "POST", body: message(values), redirect: "manual", ...options });
      return answer.ok ? (await answer.json()).kept : undefined;
    } catch {
      return undefined; // offline, or the page is being left
    }
  }

  async function send() {
    clearTimeout(timer);
    timer = since = undefined;
    if (!pending || running) return;
    const sent = pending;
    const controller = (running = new AbortController());
    const values = { do: isLeft ? "keep-closed" : "keep", form: own, version: sent.version, device: device(), content: sent.text };
    arriving = post(values, { signal: controller.signal, keepalive: sent.text.length < KEEPALIVE });
    const isKept = await arriving;
    if (running !== controller) return; // stopped, or cleared meanwhile
    running = undefined;
    const isNewer = pending !== sent;
    if (isKept) {
      isThere = true;
      if (!isNewer) pending = undefined;
      tell(true);
    }
    if (isNewer) later(); // what did not arrive is tried again with the next beat
  }

  function later() {
    clearTimeout(timer);
    since ??= Date.now();
    timer = setTimeout(send, Math.max(0, Math.min(PAUSE, since + LONGEST_PAUSE - Date.now())));
  }

  // Send this in a moment; what the server would not take stays in the browser alone.
  function keep({ version, values, labels }) {
    const text = JSON.stringify({ values, labels });
    if (text.length > MOST || Object.values(values).some((value) => value.length > LONGEST)) return;
    pending = { text, version };
    later();
  }

  function stop() {
    clearTimeout(timer);
    pending = running = timer = since = undefined;
  }

  function drop(name) {
    return post({ do: "drop", form: name }, { keepalive: true });
  }

  // Nothing differs from what is saved any more.
  function clear() {
    if (isThere || running) arriving.then(() => drop(own));
    stop();
    isThere = false;
  }

  // The form is being saved, and the server forgets it. What is still on its way could arrive after that.
  function leaveForGood() {
    if (running) sessionStorage.setItem(LATE, own);
    running?.abort();
    stop();
    isThere = false;
  }

  async function read(name) {
    try {
      const answer = await fetch(`${news.dataset.url}?form=${name}`, { headers: { Accept: "application/json" }, redirect: "manual" });
      return answer.ok ? (await answer.json()).kept : undefined;
    } catch {
      return undefined;
    }
  }

  // Another device may have put it back, or thrown it away.
  async function stay() {
    if ((await post({ do: "stay", form: own })) !== false || !isThere) return;
    isThere = false;
    tell(false);
  }

  // `told`(isThere) is called when the server has taken what was typed, and when it has it no more.
  function begin(name, told) {
    own = name;
    tell = told;
    const late = sessionStorage.getItem(LATE);
    if (late) drop(late).then(() => sessionStorage.removeItem(LATE));
    setInterval(() => (pending ? send() : isThere && stay()), BEAT);
    // Browsers say this before they say that the page is hidden, upon which what is pending is sent.
    addEventListener("pagehide", () => {
      isLeft = true;
      if (isThere) navigator.sendBeacon(news.dataset.url, message({ do: "leave", form: own }));
    });
    addEventListener("pageshow", () => (isLeft = false));
    addEventListener("online", () => send());
    return listed().filter((one) => one.name !== late);
  }

  const isComputer = !["ipad", "iphone", "android"].includes(device());

  window.unsavedStore = { isComputer, begin, clear, drop, keep, leaveForGood, read, send };
}
