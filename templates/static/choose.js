// Boards and the list of models: rows are chosen to be set side by side on the comparison page.
(() => {
  "use strict";
  const button = document.getElementById("choose");
  if (!button) return;
  const go = document.getElementById("go-compare");
  const rows = [...document.getElementById(button.form.dataset.table).tBodies[0].rows];
  const target = new URL(go.getAttribute("href"), location.href);
  const MOST = 4;
  let boxes = [];

  const say = () => {
    const chosen = boxes.filter((box) => box.checked);
    for (const box of boxes) box.disabled = chosen.length === MOST && !box.checked;
    go.hidden = chosen.length < 2;
    go.textContent = `Compare ${chosen.length} models`;
    go.href = `${target.href}?${chosen.map((box) => `m=${box.value}`).join("&")}`;
    button.textContent = boxes.length ? "Stop comparing" : "Compare";
    button.setAttribute("aria-expanded", String(boxes.length > 0));
  };

  const box = (row) => {
    const place = row.querySelector("th");
    const label = document.createElement("label");
    label.className = "check choice";
    const made = document.createElement("input");
    made.type = "checkbox";
    made.value = row.dataset.id;
    made.setAttribute("aria-label", `Compare ${place.querySelector("a").textContent}`);
    label.append(made, " compare");
    place.append(label);
    made.addEventListener("change", say);
    return made;
  };

  button.addEventListener("click", () => {
    if (boxes.length) {
      for (const each of boxes) each.parentNode.remove();
      boxes = [];
    } else boxes = rows.map(box);
    say();
  });
})();
