// Improves pages that work without it: choose all rows at once, see how many are chosen, reach by keyboard what has to be scrolled sideways, follow what is going on.

for (const all of document.querySelectorAll("[data-check-all]")) {
  const boxes = [...all.form.querySelectorAll(`input[type="checkbox"][name="${all.dataset.checkAll}"]`)];
  const count = all.form.querySelector("[data-chosen]");
  const tell = () => {
    const chosen = boxes.filter(box => box.checked).length;
    all.checked = chosen === boxes.length && chosen > 0;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    if (count) count.textContent = chosen === 0 ? "" : count.dataset.chosen.replace("{0}", String(chosen));
  };
  all.closest("[hidden]").hidden = false;
  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; tell(); });
  for (const box of boxes) box.addEventListener("change", tell);
  tell();
}

// A table that is wider than its frame scrolls: the keyboard must reach it (WCAG 2.1.1).
for (const frame of document.querySelectorAll(".table-frame:not([tabindex])")) {
  new ResizeObserver(() => {
    if (frame.scrollWidth > frame.clientWidth) {
      frame.tabIndex = 0;
      frame.setAttribute("role", "region");
      frame.setAttribute("aria-label", document.querySelector("h1").textContent);
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) frame.removeAttribute(name);
    }
  }).observe(frame);
}

// The tab that one is on may lie beyond the edge of a narrow page.
document.querySelector(".tab[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// Something goes on: the page is asked for again, as long as somebody looks at it and has opened nothing on it.
const again = document.querySelector("[data-again]");
if (again) {
  setInterval(() => {
    if (document.visibilityState === "visible" && !document.querySelector(":popover-open, dialog[open]")) location.reload();
  }, Number(again.dataset.again) * 1000);
}
