// 朗读: reads a question sentence by sentence with the browser's own voice, and marks the sentence that is read.

const PARTS = "h1, .urgent, .excerpt-notice, .review-notice, .short-answer, .answer, .see-doctor";
const BLOCKS = "h1, h2, h3, h4, p, li, caption, figcaption, th, td, blockquote, summary";
const HOLDING = `.answer, ${BLOCKS}`; // an answer may hold text in no paragraph
const RATES = [
  ["正常", 1],
  ["较慢", 0.8],
  ["很慢", 0.6],
];
const POWER = /^\s*[-−–+]?\d+(?:\.\d+)?(?:\s*[-–—~～至到]\s*\d+)?\s*$/; // 10⁵⁻⁶ has two
const RAISED = /(?:\d|(?:^|[^a-z])[kdcmμn]?m)\s*$/i; // 10⁹, kg/m²
const FRACTION = /^\s*[/⁄]\s*(?:\d|$)/; // not 10⁹/L
const RAISED_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const A_POWER = new RegExp(`(\\d)([⁻⁺]?)([${RAISED_DIGITS}]+)(?![${RAISED_DIGITS}]|[/⁄][\\d₀-₉])`, "g");
// Some voices pass over signs: 2~3 would be 23, and <5 be 5. 1-2-3, 2025-06 and telephone numbers are no ranges.
const SIGNS = [
  [/[<＜]\s*(?=\d)/g, "小于"],
  [/[>＞]\s*(?=\d)/g, "大于"],
  [/≤/g, "小于等于"],
  [/≥/g, "大于等于"],
  [/±/g, "正负"],
  [/([\w.%％℃\u4e00-\u9fff])\s*[~～〜]\s*(?=\d)/g, "$1到"],
];
const RANGE = /(^|[^\d.\-–—])(\d{1,4}(?:\.\d+)?)\s?[-–—]\s?(\d{1,4}(?:\.\d+)?)(?![\d.]|\s?[-–—]\d)/g;
const speech = window.speechSynthesis;

const chineseVoice = () => {
  const voices = speech.getVoices().filter((voice) => /^(zh|cmn)\b/i.test(voice.lang));
  const mainland = voices.filter((voice) => /cn|hans/i.test(voice.lang));
  const known = mainland.length ? mainland : voices;
  return known.find((voice) => voice.localService) ?? known[0]; // one on the device, where there is one
};

// The sentences of the page in reading order, each as {text, range}. What two blocks or lines hold is never one sentence.
const sentencesOf = (article) => {
  const runs = []; // texts that follow each other in one block
  let within = null;
  for (const part of article.querySelectorAll(PARTS)) {
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.ELEMENT_NODE) {
        if (node.matches(`br, ${BLOCKS}`)) within = null;
        continue;
      }
      const block = node.parentElement.closest(HOLDING);
      if (!block || node.parentElement.closest("s")) continue; // what is struck out holds no longer
      if (block !== within) {
        if (!node.data.trim()) continue;
        runs.push([]);
      }
      runs.at(-1).push(node);
      within = block;
    }
    within = null;
  }
  return runs.flatMap(cut);
};

const cut = (texts) => {
  const whole = texts.map((text) => text.data).join("");
  const found = [];
  for (const match of whole.matchAll(/[^。！？；!?;]+[。！？；!?;”’）]*/g)) {
    if (!match[0].trim()) continue;
    const end = match.index + match[0].length;
    const range = document.createRange();
    range.setStart(...placeOf(texts, match.index));
    range.setEnd(...placeOf(texts, end));
    found.push({ text: spokenOf(texts, match.index, end), range });
  }
  return found;
};

// What is said of texts from one place to another: of 10⁹ the power, which a voice would read as 109. What is raised
// behind a number or a length is one; behind anything else it is a note, or belongs to a name.
const spokenOf = (texts, from, to) => {
  let at = 0;
  let said = "";
  let raised = null; // the element whose number is being said
  for (const [place, text] of texts.entries()) {
    const piece = text.data.slice(Math.max(0, from - at), Math.max(0, to - at));
    at += text.length;
    const within = text.parentElement.closest("sup");
    if (raised && within !== raised) {
      said += "次方";
      raised = null;
    }
    if (within && !raised && POWER.test(within.textContent) && RAISED.test(said)) {
      const behind = texts.slice(place).find((other) => other.parentElement.closest("sup") !== within);
      if (behind && FRACTION.test(behind.data)) said += "又";
      else {
        raised = within;
        said += "的";
      }
    }
    said += raised ? piece.trim().replace(/^[-−–]/, "负").replace(/^\+/, "") : piece;
  }
  return inWords(`${said}${raised ? "次方" : ""}`.trim());
};

const inWords = (said) => {
  const powers = said.replace(A_POWER, (all, digit, sign, power) => {
    const number = [...power].map((raised) => RAISED_DIGITS.indexOf(raised)).join("");
    return `${digit}的${sign === "⁻" ? "负" : ""}${number}次方`;
  });
  const signs = SIGNS.reduce((text, [sign, words]) => text.replace(sign, words), powers);
  return signs.replace(RANGE, (all, before, low, high) => (+low < +high ? `${before}${low}到${high}` : all));
};

const placeOf = (texts, at) => {
  let left = at;
  for (const text of texts) {
    if (left <= text.length) return [text, left];
    left -= text.length;
  }
  return [texts.at(-1), texts.at(-1).length];
};

const mark = (range) => {
  if (!window.Highlight) return;
  if (range) CSS.highlights.set("reading", new Highlight(range));
  else CSS.highlights.delete("reading");
};

const show = (range) => {
  const { top, bottom } = range.getBoundingClientRect();
  if (top >= 0 && bottom <= innerHeight - 96) return;
  range.startContainer.parentElement.scrollIntoView({ block: "center" });
};

const button = (label, press) => {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: label });
  made.addEventListener("click", press);
  return made;
};

// Begin to read `article`; `opener` is the button that was pressed, and gets the focus back at the end.
export const read = (article, opener) => {
  const sentences = sentencesOf(article);
  let at = 0;
  let rate = 0;
  let turn = 0; // of what is said: what was broken off must not lead on
  let isPaused = false;

  const say = () => {
    const mine = ++turn;
    speech.cancel();
    if (at >= sentences.length) return end();
    const { text, range } = sentences[at];
    mark(range);
    show(range);
    const spoken = new SpeechSynthesisUtterance(text);
    spoken.voice = chineseVoice() ?? null;
    spoken.lang = spoken.voice?.lang ?? "zh-CN";
    spoken.rate = RATES[rate][1];
    const next = () => {
      if (mine !== turn) return;
      at += 1;
      say();
    };
    spoken.addEventListener("end", next);
    spoken.addEventListener("error", () => mine === turn && end());
    speech.speak(spoken);
  };

  const end = () => {
    turn += 1;
    speech.cancel();
    mark(null);
    bar.remove();
    removeEventListener("keydown", onKey);
    removeEventListener("pagehide", end);
    opener.disabled = false;
    opener.focus({ preventScroll: true });
  };

  // Where a voice can be held in the middle of a sentence differs from phone to phone: the sentence begins again.
  const pause = button("暂停", () => {
    isPaused = !isPaused;
    pause.textContent = isPaused ? "继续" : "暂停";
    if (isPaused) {
      turn += 1;
      speech.cancel();
    } else say();
  });
  const slower = button("语速：正常", () => {
    rate = (rate + 1) % RATES.length;
    slower.textContent = `语速：${RATES[rate][0]}`;
    if (!isPaused) say();
  });
  const onKey = (event) => event.key === "Escape" && end();

  const bar = Object.assign(document.createElement("div"), { className: "reading-bar" });
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "朗读");
  bar.append(pause, slower, button("停止", end));
  article.append(bar);
  addEventListener("keydown", onKey);
  addEventListener("pagehide", end);
  opener.disabled = true;
  pause.focus({ preventScroll: true });
  say();
};
