// Passkeys: a form with data-passkey asks the browser for one, and is sent with what it answers.

const decode = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const SENTENCES = {
  NotAllowedError: "没有完成，可以再按一次。",
  InvalidStateError: "这台设备上已经有这个账号的通行密钥了。",
};

// The options, with bytes where JSON has letters.
function read(options) {
  options.challenge = decode(options.challenge);
  if (options.user) options.user.id = decode(options.user.id);
  for (const list of [options.allowCredentials, options.excludeCredentials])
    for (const one of list ?? []) one.id = decode(one.id);
  return options;
}

// What the browser answered, with letters where it has bytes.
function write(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (credential.response[part]) response[part] = encode(credential.response[part]);
  const { id, type } = credential;
  return JSON.stringify({ id, rawId: encode(credential.rawId), type, response, clientExtensionResults: {} });
}

async function send(event) {
  const form = event.target;
  const button = form.querySelector("[type=submit]");
  const news = form.querySelector("[role=status]");
  event.preventDefault();
  button.disabled = true;
  news.textContent = "";
  try {
    const publicKey = read(JSON.parse(form.dataset.passkey));
    form.elements.answer.value = write(await navigator.credentials[form.dataset.passkeyDoes]({ publicKey }));
    form.submit();
  } catch (error) {
    button.disabled = false;
    news.textContent = SENTENCES[error.name] ?? `浏览器没有给出通行密钥（${error.name}）。`;
  }
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", send);
  }
  for (const part of document.querySelectorAll("[data-with-passkeys]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-without-passkeys]")) part.hidden = true;
}
