// Improves pages that work without it: reveal a password, choose light or dark, do without a logo, refuse a double click on a submit button.

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

for (const select of document.querySelectorAll("[data-appearance]")) {
  const root = document.documentElement;
  select.closest("[hidden]").hidden = false;
  select.value = root.dataset.theme || "system";
  select.addEventListener("change", () => {
    const secure = location.protocol === "https:";
    const chosen = select.value === "system" ? null : select.value;
    if (chosen) root.dataset.theme = chosen; else delete root.dataset.theme;
    document.cookie = `${secure ? "__Host-" : ""}theme=${chosen ?? ""}; Path=/; SameSite=Lax; Max-Age=${chosen ? 31536000 : 0}${secure ? "; Secure" : ""}`;
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
