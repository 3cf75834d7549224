// Improves lists that work without it: choose all rows at once, and see how many are chosen.

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
