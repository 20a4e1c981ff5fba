// The home page: models that are shut down can be left out, and current ones stand in for them. The choice stands in the address.
(() => {
  "use strict";
  const box = document.getElementById("current-only");
  const boards = document.querySelectorAll(".whole-board");

  const show = () => {
    document.documentElement.classList.toggle("current-only", box.checked);
    // Boards have the same choice under the same name.
    for (const link of boards) link.search = box.checked ? "current=yes" : "";
  };

  const read = () => {
    box.checked = new URLSearchParams(location.search).get("current") === "yes";
    show();
  };

  box.addEventListener("change", () => {
    const kept = new URLSearchParams(location.search);
    if (box.checked) kept.set("current", "yes");
    else kept.delete("current");
    const query = kept.toString();
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
    show();
  });
  window.addEventListener("popstate", read);
  read();
})();
