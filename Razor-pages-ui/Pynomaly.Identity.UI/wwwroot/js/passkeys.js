// Passkeys: the ceremonies of the forms that hold a [data-passkey], and what the browser is told about passkeys that are gone (Signal API).
// Without WebAuthn the forms stay hidden, and nothing here runs.

const REARM = 4 * 60 * 1000; // a challenge lives for five minutes
const IDLE = 60 * 60 * 1000;
const opened = Date.now();
const can = Boolean(window.PublicKeyCredential && navigator.credentials);
let waiting; // the ceremony under way: a button's takes the place of the one that waits in the field's suggestions

const decode = text => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), c => c.charCodeAt(0));
const encode = bytes => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const known = list => (list ?? []).map(one => ({ ...one, id: decode(one.id) }));

function creation(options) {
  return { ...options, challenge: decode(options.challenge), user: { ...options.user, id: decode(options.user.id) }, excludeCredentials: known(options.excludeCredentials) };
}

function request(options) {
  return { ...options, challenge: decode(options.challenge), allowCredentials: known(options.allowCredentials) };
}

function answer(credential) {
  const { response } = credential;
  const fields = { clientDataJSON: encode(response.clientDataJSON) };
  if (response.attestationObject) {
    fields.attestationObject = encode(response.attestationObject);
    fields.transports = response.getTransports?.() ?? [];
  } else {
    fields.authenticatorData = encode(response.authenticatorData);
    fields.signature = encode(response.signature);
    if (response.userHandle) fields.userHandle = encode(response.userHandle);
  }

  return JSON.stringify({
    id: credential.id, rawId: encode(credential.rawId), type: credential.type, response: fields, clientExtensionResults: {},
    ...credential.authenticatorAttachment && { authenticatorAttachment: credential.authenticatorAttachment },
  });
}

function say(form, words) {
  const problem = form.querySelector("[data-passkey-problem]");
  problem.hidden = !words;
  problem.textContent = words ?? "";
}

class Refusal extends Error {
  constructor(name) { super(name); this.name = name; }
}

async function ask(mark, form, signal) {
  let response;
  try {
    response = await fetch(mark.dataset.options, { method: "POST", body: new URLSearchParams(new FormData(form)), credentials: "same-origin", redirect: "error", signal });
  } catch (error) {
    throw signal.aborted ? error : new Refusal("offline");
  }

  if (response.status === 401) {
    location.assign(`${mark.dataset.confirm}?return=${encodeURIComponent(location.pathname)}`);
    return new Promise(() => {}); // the page is leaving
  }

  if (!response.ok) throw new Refusal(response.status === 429 ? "later" : "expired");
  return response.json();
}

function wordsFor(mark, error) {
  switch (error.name) {
    case "NotAllowedError": return mark.dataset.cancelled;
    case "InvalidStateError": return mark.dataset.known ?? mark.dataset.failed;
    default: return mark.dataset[error.name] ?? mark.dataset.failed;
  }
}

async function perform(mark, form, mediation) {
  waiting?.abort();
  const mine = waiting = new AbortController();
  say(form);
  try {
    const { handle, options } = await ask(mark, form, mine.signal);
    const credential = mark.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: creation(options), signal: mine.signal })
      : await navigator.credentials.get({ publicKey: request(options), mediation, signal: mine.signal });
    sessionStorage.setItem("passkey", credential.id);
    form.elements.handle.value = handle;
    form.elements.credential.value = answer(credential);
    form.setAttribute("aria-busy", "true");
    HTMLFormElement.prototype.submit.call(form);
  } catch (error) {
    if (mine.signal.aborted || mediation) return; // nobody pressed anything
    say(form, wordsFor(mark, error));
    waiting = undefined;
    suggest();
  }
}

// The browser offers passkeys among the suggestions of the field "username", and waits for as long as the page is open.
async function suggest() {
  const mark = document.querySelector("[data-passkey][data-conditional]");
  if (!mark || waiting || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  if (waiting) return; // the button was pressed meanwhile
  perform(mark, mark.closest("form"), "conditional");
  const mine = waiting;
  setTimeout(() => {
    if (waiting !== mine || Date.now() - opened > IDLE) return;
    mine.abort();
    waiting = undefined;
    suggest();
  }, REARM);
}

for (const mark of document.querySelectorAll("[data-passkey]")) {
  const form = mark.closest("form");
  form.addEventListener("submit", event => {
    event.preventDefault();
    event.stopImmediatePropagation(); // a ceremony that was cancelled may begin again at once
    perform(mark, form);
  }, true);
}

if (can) {
  for (const element of document.querySelectorAll("[data-passkey-only]")) {
    element.hidden = false;
    element.querySelector("[autofocus]")?.focus(); // what is hidden when the page comes gets no focus by itself
  }

  suggest();

  const list = document.querySelector("[data-passkey-list]");
  if (list) {
    const { rpId, userId, name, displayName, credentials } = JSON.parse(list.dataset.passkeyList);
    PublicKeyCredential.signalAllAcceptedCredentials?.({ rpId, userId, allAcceptedCredentialIds: credentials }).catch(() => {});
    PublicKeyCredential.signalCurrentUserDetails?.({ rpId, userId, name, displayName }).catch(() => {});
  }

  const used = sessionStorage.getItem("passkey");
  sessionStorage.removeItem("passkey");
  const rpId = document.querySelector("[data-passkey]")?.dataset.relyingParty;
  if (used && rpId && new URLSearchParams(location.search).get("passkey") === "unknown") {
    PublicKeyCredential.signalUnknownCredential?.({ rpId, credentialId: used }).catch(() => {});
  }
}

// A page taken from the browser's back cache begins afresh.
addEventListener("pageshow", event => {
  if (!event.persisted || !can) return;
  for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
  waiting?.abort();
  waiting = undefined;
  suggest();
});
