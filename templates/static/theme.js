// Runs before the first paint: says that scripts run and whether the address asks something (room is kept for the answer), and
// sets the theme that the reader chose.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  if (location.search) root.classList.add("asked");
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  } catch {
    // Storage is closed to us: the system's theme stays.
  }
})();
