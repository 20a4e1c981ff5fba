// Reloads the page when the site has been built anew, and says so when a build failed. Only `arena preview` serves it.
(() => {
  "use strict";
  const shown = new URL(document.currentScript.src).search.slice(1);
  const MILLISECONDS_BETWEEN_LOOKS = 500;
  const box = document.createElement("div");
  box.setAttribute("role", "alert");
  box.style.cssText =
    "position:fixed;inset:auto 0 0 0;z-index:1000;max-height:50vh;overflow:auto;padding:12px 16px;" +
    "background:#7a1010;color:#fff;font:14px/1.5 monospace;white-space:pre-wrap;overflow-wrap:anywhere";

  const say = (lines) => {
    const text = lines.join("\n");
    if (box.textContent !== text) box.textContent = text;
    if (text && !box.isConnected) document.body.append(box);
    if (!text) box.remove();
  };

  const look = async () => {
    try {
      const answer = await fetch("/.preview/state.json", { cache: "no-store" });
      const state = await answer.json();
      if (state.site !== shown) {
        location.reload();
        return;
      }
      const old = shown ? "This is the site before the last change, which cannot be built:" : "The site cannot be built:";
      say(state.errors.length ? [old, ...state.errors] : []);
    } catch {
      say(["arena preview has ended: this page is not renewed any more."]);
    }
    setTimeout(look, MILLISECONDS_BETWEEN_LOOKS);
  };
  look();
})();
