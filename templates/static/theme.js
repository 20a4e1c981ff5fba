// Runs before the first paint: says that scripts run and whether the address asks something (room is kept for the answer), sets
// the theme that the reader chose, and asks for the display face before the style sheet does.
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
  // Not in the HTML: on a disk browsers refuse to load a face beforehand, and say so as an error; there it loads with the sheet.
  if (location.protocol !== "file:") {
    const face = document.createElement("link");
    face.rel = "preload";
    face.as = "font";
    face.type = "font/woff2";
    face.crossOrigin = "";
    face.href = new URL("bricolage-grotesque.woff2", document.currentScript.src).href;
    document.head.append(face);
  }
})();
