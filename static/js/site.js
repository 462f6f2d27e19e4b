// A few comforts; every page is whole without them. Stands before the style sheet and is waited for, so that the size of
// type that the reader chose is there before the first line is drawn. In a block: its names are nobody else's.
{
  const root = document.documentElement;
  const remembered = {
    get(key) {
      try {
        return localStorage.getItem(key);
      } catch {
        return null; // storage may be switched off
      }
    },
    set(key, value) {
      try {
        localStorage.setItem(key, value);
      } catch {
        // then it is not remembered
      }
    },
  };

  // 字号: 0 标准, 1 大, 2 特大.
  let size = remembered.get("large-type") ?? "0";
  const showSize = () => {
    root.classList.toggle("large", size === "1");
    root.classList.toggle("larger", size === "2");
    for (const button of document.querySelectorAll(".sizes button")) {
      button.setAttribute("aria-pressed", String(button.value === size));
    }
  };
  root.classList.add("scripted");
  showSize();

  const chooseSize = () => {
    showSize();
    document.querySelector(".sizes")?.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      size = button.value;
      remembered.set("large-type", size);
      showSize();
    });
    // A page that the browser kept is shown again as it was left.
    addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      size = remembered.get("large-type") ?? "0";
      showSize();
    });
  };

  // 返回: to the page of this site that the reader came from, and to the place on it.
  const goBack = () => {
    const arrived = location.href;
    const from = document.referrer ? new URL(document.referrer) : null;
    if (from && from.origin === location.origin && from.pathname !== location.pathname && !from.pathname.endsWith("/like/")) {
      // Whether a page stands before this one is known when it is first shown; later, pages after it lengthen the history.
      const comesAfter = history.state?.comesAfter ?? history.length > 1;
      history.replaceState({ comesAfter }, "");
      for (const link of document.querySelectorAll("a.back")) {
        link.href = from.href;
        link.addEventListener("click", (event) => {
          const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
          // A jump within the page (the skip link) is a step of the history too; then the link is followed.
          if (plain && comesAfter && location.href === arrived) {
            event.preventDefault();
            history.back();
          }
        });
      }
    }
  };

  // Forms that are sent in place. What is to be said stands in one line below them.
  const json = { Accept: "application/json" };
  const say = (...words) => document.querySelector(".said").replaceChildren(...words);
  const send = async (form, body) => {
    if (form.sending) return {};
    form.sending = true;
    say();
    const state = await fetch(form.action, { method: "POST", headers: json, body: new URLSearchParams(body) })
      .then((response) => response.json())
      .catch(() => ({ error: "没有发送成功，请检查网络后再试。" }));
    form.sending = false;
    if (state.error) say(state.error);
    return state;
  };

  // 有帮助吗: 否 offers the form that asks what is missing.
  const askHelp = () => {
    const form = document.querySelector(".helped");
    form?.addEventListener("submit", async (event) => {
      event.preventDefault();
      const chosen = event.submitter;
      const { helped, next } = await send(form, { helped: chosen.value });
      if (!next) return;
      for (const button of form.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button === chosen));
      say("已经记下，谢谢您。");
      if (!helped) document.querySelector(".said").append(Object.assign(document.createElement("a"), { href: next, textContent: "哪里没有帮到您？" }));
    });
  };

  // 点赞: in place. Pages are the same for everybody, so the reader's own like is asked for only where this browser
  // remembers having liked something.
  const like = () => {
    const form = document.querySelector("form.like");
    if (!form) return;
    const button = form.querySelector("button");

    const show = ({ liked, like_count: count }) => {
      button.setAttribute("aria-pressed", String(liked));
      form.elements.liked.value = liked ? "0" : "1";
      form.dataset.likes = count;
      form.querySelector(".like-label").textContent = liked ? "已赞" : "点赞";
      for (const shown of document.querySelectorAll(".like-count, .like-total")) shown.textContent = count || "";
    };

    button.setAttribute("aria-pressed", "false");
    if (remembered.get("liked")) {
      fetch(form.action, { headers: json })
        .then((response) => (response.ok ? response.json() : null))
        .then((state) => state && show(state))
        .catch(() => {}); // offline: the button still works once the network does
    }

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const state = await send(form, new FormData(form));
      if (!("liked" in state)) return;
      show(state);
      if (state.liked) remembered.set("liked", "1");
      say(state.liked ? `已点赞，现在有 ${state.like_count} 个赞。` : "已取消点赞。");
    });
  };

  // 搜索建议: from the site's own titles and tags, into the browser's own list, once somebody types.
  const completeSearches = () => {
    for (const search of document.querySelectorAll("form.search[data-suggest]")) {
      const field = search.elements.q;
      let waiting = 0;
      let asked = null;
      let shown = "";

      const suggest = async () => {
        const typed = field.value.trim();
        const options = [...field.list.options].map((option) => option.value);
        if (!typed || typed === shown || options.includes(typed)) return;
        shown = typed;
        asked?.abort();
        asked = new AbortController();
        try {
          const address = `${search.dataset.suggest}?${new URLSearchParams({ q: typed })}`;
          const response = await fetch(address, { signal: asked.signal });
          if (!response.ok) return;
          const words = await response.json();
          // Browsers hide what does not hold what was typed, as 高血压 does not hold gxy, but look at labels, too.
          const label = (word) => (word.includes(typed) ? word : `${word} · ${typed}`);
          field.list.replaceChildren(
            ...words.map((value) => Object.assign(document.createElement("option"), { value, label: label(value) })),
          );
        } catch {
          // offline, or more was typed meanwhile: the form works as it is
        }
      };
      const later = () => {
        clearTimeout(waiting);
        waiting = setTimeout(suggest, 200);
      };
      field.addEventListener("input", (event) => event.isComposing || later());
      field.addEventListener("compositionend", later);
    }
  };

  // 朗读: offered where the device has a Chinese voice, some of which come late.
  const offerReading = () => {
    const button = document.querySelector(".read-aloud");
    const speech = window.speechSynthesis;
    if (!button || !speech) return;
    const offer = () => {
      button.classList.toggle("offered", speech.getVoices().some((voice) => /^(zh|cmn)\b/i.test(voice.lang)));
    };
    offer();
    speech.addEventListener?.("voiceschanged", offer);
    button.addEventListener("click", async () => {
      const { read } = await import(button.dataset.script);
      read(button.closest("article"), button);
    });
  };

  // 分享 where the device can, 复制链接, 打印.
  const takeAlong = () => {
    const row = document.querySelector(".take-along");
    if (!row) return;
    const address = document.querySelector('link[rel="canonical"]')?.href ?? location.href;
    const ways = {
      share: () => navigator.share({ title: document.title, url: address }).catch(() => {}), // the reader may change his mind
      copy: async () => {
        try {
          await navigator.clipboard.writeText(address);
          say("链接已复制。");
        } catch {
          say(`没有复制成功，请长按复制：${address}`);
        }
      },
      print: () => print(),
    };
    row.querySelector('[data-do="share"]').hidden = !navigator.share;
    row.addEventListener("click", (event) => ways[event.target.dataset.do]?.());
  };

  // 回到顶部: behind two screens.
  const leadToTop = () => {
    const link = document.querySelector(".to-top");
    if (!link) return;
    const show = () => link.classList.toggle("offered", scrollY > 2 * innerHeight);
    // Asked while the page is being read, it would have all of a long list laid out before anything is drawn.
    addEventListener("scroll", show, { passive: true });
  };

  // A search that found nothing is counted: its words alone.
  const countMiss = () => {
    const missed = document.getElementById("missed");
    if (missed) navigator.sendBeacon(missed.dataset.address, new URLSearchParams({ q: missed.value }));
  };

  document.addEventListener("DOMContentLoaded", () => {
    for (const comfort of [chooseSize, goBack, askHelp, like, completeSearches, offerReading, takeAlong, leadToTop, countMiss]) comfort();
  });
}
