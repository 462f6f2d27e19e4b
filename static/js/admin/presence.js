// Who else has this form open: told to the server and asked from it every 20 seconds, and at once when it is left.
{
  const box = document.getElementById("presence");
  const SECONDS = 20;

  const message = (what) => {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    if (what) data.set(what, "1");
    return data;
  };

  const show = (notes) => {
    const now = notes.join("\n");
    if (now === box.dataset.shown) return; // said again, it would be read aloud again
    box.dataset.shown = now;
    box.replaceChildren(
      ...notes.map((note) => {
        const line = document.createElement("p");
        line.textContent = note;
        return line;
      }),
    );
  };

  const beat = async () => {
    try {
      const body = message(document.hidden ? "hidden" : "");
      const answer = await fetch(box.dataset.url, { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.ok) show((await answer.json()).notes);
    } catch {
      // The next beat tries again; what was last known stays.
    }
  };

  if (box) {
    box.dataset.shown = [...box.children].map((line) => line.textContent).join("\n");
    beat();
    setInterval(beat, SECONDS * 1000);
    document.addEventListener("visibilitychange", () => document.hidden || beat());
    addEventListener("pageshow", (event) => event.persisted && beat());
    addEventListener("pagehide", () => navigator.sendBeacon(box.dataset.url, message("leave")));
  }
}
