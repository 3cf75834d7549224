// The console's palette: Ctrl-K (or the button) opens a list of every area; typing narrows it, and finds what can be begun, and people and clients by name. It only goes to pages that exist without it.

const dialog = document.getElementById("palette");
const input = dialog.querySelector("input");
const list = dialog.querySelector("[role=listbox]");
const areas = [...document.querySelectorAll(".menu-item")].map(link => ({ words: link.textContent.trim(), href: link.href }));
const acts = [...dialog.querySelectorAll("[data-go]")].map(act => ({ words: act.dataset.words, href: act.dataset.go }));
let shown = [];
let chosen = 0;

function entriesFor(text) {
  const wanted = text.trim().toLocaleLowerCase();
  const found = areas.filter(area => area.words.toLocaleLowerCase().includes(wanted));
  if (wanted.length === 0) return found;
  found.push(...acts.filter(act => act.words.toLocaleLowerCase().includes(wanted)));
  // What is typed may be a name: the pages that search take it as their filter.
  for (const search of dialog.querySelectorAll("[data-search]"))
    found.push({ words: search.dataset.words.replace("{0}", text.trim()), href: `${search.dataset.search}${encodeURIComponent(text.trim())}` });
  return found;
}

function show() {
  shown = entriesFor(input.value);
  chosen = Math.min(chosen, Math.max(0, shown.length - 1));
  list.replaceChildren(...shown.map((entry, index) => {
    const link = document.createElement("a");
    link.className = "palette-item";
    link.href = entry.href;
    link.id = `palette-${index}`;
    link.role = "option";
    link.tabIndex = -1;
    link.textContent = entry.words;
    link.setAttribute("aria-selected", String(index === chosen));
    return link;
  }));
  if (shown.length > 0) input.setAttribute("aria-activedescendant", `palette-${chosen}`);
  else input.removeAttribute("aria-activedescendant");
  document.getElementById(`palette-${chosen}`)?.scrollIntoView({ block: "nearest" });
}

function open() {
  input.value = "";
  chosen = 0;
  dialog.showModal();
  show();
}

addEventListener("keydown", event => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (dialog.open) dialog.close(); else open();
  }
});
input.addEventListener("input", () => { chosen = 0; show(); });
input.addEventListener("keydown", event => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    chosen = (chosen + (event.key === "ArrowDown" ? 1 : shown.length - 1)) % Math.max(1, shown.length);
    show();
  } else if (event.key === "Enter" && shown[chosen]) {
    event.preventDefault();
    location.assign(shown[chosen].href);
  }
});
for (const button of document.querySelectorAll("[data-palette]")) {
  button.hidden = false;
  button.addEventListener("click", open);
}
