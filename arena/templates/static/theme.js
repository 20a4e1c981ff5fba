// Runs before the first paint: says that scripts run, and sets the theme that the reader chose.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  } catch {
    // Storage is closed to us: the system's theme stays.
  }
})();
