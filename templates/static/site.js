// On every page: the theme's button and the search box. Nothing here is needed to read the site.
(() => {
  "use strict";
  const root = document.documentElement;
  const own = document.currentScript.src;

  const button = document.getElementById("theme");
  const order = ["system", "light", "dark"];
  const chosen = () => root.dataset.theme || "system";
  const say = () => {
    const next = order[(order.indexOf(chosen()) + 1) % order.length];
    button.textContent = `Theme: ${chosen()}`;
    button.title = `Change to ${next}`;
  };
  if (button) {
    button.addEventListener("click", () => {
      const next = order[(order.indexOf(chosen()) + 1) % order.length];
      if (next === "system") delete root.dataset.theme;
      else root.dataset.theme = next;
      try {
        if (next === "system") localStorage.removeItem("theme");
        else localStorage.setItem("theme", next);
      } catch {
        // Kept for this page only.
      }
      say();
    });
    say();
  }

  // The menu of other sections closes as menus do.
  const rest = document.querySelector(".rest");
  if (rest) {
    document.addEventListener("click", (event) => {
      if (!rest.contains(event.target)) rest.open = false;
    });
    rest.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !rest.open) return;
      rest.open = false;
      rest.querySelector("summary").focus();
    });
  }

  // A row that scrolls sideways on a narrow screen begins where the reader is.
  for (const here of document.querySelectorAll(":is(.masthead, .switch) [aria-current]")) {
    const row = here.closest("ul");
    if (row.scrollWidth <= row.clientWidth) continue;
    const [a, b] = [here.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += a.left + a.width / 2 - b.left - b.width / 2;
  }

  // A form on a disk cannot be sent under our policy, so the address is made here.
  const form = document.getElementById("search");
  if (form) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const words = form.elements.q.value.trim();
      const target = new URL(form.getAttribute("action"), location.href);
      if (words) target.searchParams.set("q", words);
      location.assign(target);
    });
    form.elements.q.addEventListener(
      "focus",
      () => {
        const script = document.createElement("script");
        script.src = new URL("suggest.js", own).href;
        document.head.append(script);
      },
      { once: true },
    );
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest("input, textarea, select, [contenteditable]");
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        form.elements.q.focus();
      }
    });
  }
})();
