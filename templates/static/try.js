// On pages with a playground: it is loaded when asked for.
(() => {
  "use strict";
  const opener = document.getElementById("playground-open");
  opener.addEventListener("click", () => {
    opener.disabled = true;
    const script = document.createElement("script");
    script.src = opener.dataset.script;
    script.addEventListener("error", () => {
      opener.disabled = false;
      document.getElementById("playground-said").textContent = "The playground could not be loaded. Try again.";
    });
    document.head.append(script);
  });
})();
