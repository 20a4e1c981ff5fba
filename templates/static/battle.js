// Says in place who made the two pictures of a battle. Without it each picture leads to the page that says so.
(() => {
  "use strict";
  for (const battle of document.querySelectorAll(".battle")) {
    const answer = battle.querySelector(".battle-answer");
    battle.querySelector(".battle-sides").addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      answer.querySelector(`[data-side="${link.hash.slice(1)}"]`).classList.add("picked");
      link.closest(".battle-sides").hidden = true;
      answer.hidden = false;
      answer.focus({ preventScroll: true });
    });
  }
})();
