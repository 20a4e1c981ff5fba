// Pages of models: an address that names a section opens it, or chooses the pictures that it names; pictures for prompts in
// the reader's language come first; and paper has every section. Browsers do some of this themselves.
(() => {
  "use strict";
  const show = () => {
    let target = null;
    try {
      target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    } catch {
      return; // An address that is no text names nothing here.
    }
    if (!target) return;
    for (let at = target; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") at.open = true;
      const arena = at.classList.contains("tab") && at.previousElementSibling;
      if (arena && arena.control) arena.control.checked = true;
    }
    if (target.control) target.control.checked = true;
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", show);
  if (location.hash) show();

  const language = (navigator.language || "en").split("-")[0];
  if (language !== "en") {
    for (const list of document.querySelectorAll(".shots")) {
      const reads = (item) => item.querySelector("blockquote").lang.split("-")[0] === language;
      list.prepend(...[...list.querySelectorAll(":scope > .good")].filter(reads));
    }
  }

  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll(".fold > details:not([open])")];
    for (const fold of opened) fold.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
  });
})();
