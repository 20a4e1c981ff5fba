// Code, and what else a page offers to copy: a button on each block that copies it.
(() => {
  "use strict";
  if (!navigator.clipboard) return;
  for (const block of document.querySelectorAll(".api .code, .snippet")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", block.dataset.copy || `Copy the ${block.getAttribute("aria-label")} code`);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(block.querySelector("code").textContent);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Not copied";
      }
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
    block.append(button);
  }
})();
