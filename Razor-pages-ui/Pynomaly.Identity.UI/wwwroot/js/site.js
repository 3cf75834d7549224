// Improves pages that work without it: reveal a password, copy, print, download, choose light or dark, do without a logo, refuse a double click on a submit button.

for (const button of document.querySelectorAll("[data-reveal]")) {
  const input = document.getElementById(button.dataset.reveal);
  button.hidden = false;
  input.classList.add("input-with-act");
  button.addEventListener("click", () => {
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    input.focus();
  });
  // A shown password must not end up in the browser's memory of text fields.
  input.form?.addEventListener("submit", () => { input.type = "password"; });
}

// What is copied or saved is the text of an element, one line for each of its items.
function textOf(id) {
  const source = document.getElementById(id);
  const items = source.querySelectorAll("li");
  return items.length > 0 ? [...items].map(item => item.textContent.trim()).join("\n") : (source.dataset.text ?? source.textContent.trim());
}

function say(button, words) {
  const label = button.querySelector("[data-label]") ?? button;
  label.dataset.before ??= label.textContent;
  label.textContent = words;
  clearTimeout(button.timer);
  button.timer = setTimeout(() => { label.textContent = label.dataset.before; }, 3000);
}

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(textOf(button.dataset.copy));
      say(button, button.dataset.done);
    });
  }
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

for (const button of document.querySelectorAll("[data-download]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([textOf(button.dataset.download) + "\n"], { type: "text/plain" }));
    link.download = button.dataset.filename;
    link.click();
    URL.revokeObjectURL(link.href);
  });
}

function keep(name, value) {
  const secure = location.protocol === "https:";
  document.cookie = `${secure ? "__Host-" : ""}${name}=${value ?? ""}; Path=/; SameSite=Lax; Max-Age=${value ? 31536000 : 0}${secure ? "; Secure" : ""}`;
}

for (const select of document.querySelectorAll("[data-language]")) {
  select.addEventListener("change", () => {
    keep("language", encodeURIComponent(`c=${select.value}|uic=${select.value}`));
    location.reload();
  });
}

for (const select of document.querySelectorAll("[data-appearance]")) {
  const root = document.documentElement;
  select.closest("[hidden]").hidden = false;
  select.value = root.dataset.theme || "system";
  select.addEventListener("change", () => {
    const chosen = select.value === "system" ? null : select.value;
    if (chosen) root.dataset.theme = chosen; else delete root.dataset.theme;
    keep("theme", chosen);
  });
}

for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", event => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "true";
    setTimeout(() => { delete form.dataset.sent; event.submitter?.removeAttribute("aria-disabled"); }, 10000); // the network may have failed
    event.submitter?.setAttribute("aria-disabled", "true");
  });
}

// A client's logo that does not load leaves the initials beneath it.
for (const logo of document.querySelectorAll(".avatar-logo")) {
  if (logo.complete && logo.naturalWidth === 0) logo.remove();
  else logo.addEventListener("error", () => logo.remove());
}

// A page taken from the browser's back cache must be usable again.
addEventListener("pageshow", event => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
});
