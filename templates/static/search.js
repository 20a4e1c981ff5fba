// The search page: reads ?q=, looks in the static index, and keeps the address up to date.
(() => {
  "use strict";
  const form = document.getElementById("finder");
  const input = form.elements.q;
  const told = document.getElementById("found");
  const results = document.getElementById("results");
  const index = new URL(form.dataset.index, location.href);
  const site = new URL("..", index);
  const MOST = 50;
  let entries = [];

  const line = ({ row: [kind, title, path, note] }) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = new URL(path, site).href;
    link.textContent = title;
    link.dir = "auto";
    const about = document.createElement("span");
    about.className = "sub-line";
    about.textContent = note ? `${kind} · ${note}` : kind;
    item.append(link, about);
    return item;
  };

  const show = () => {
    if (!input.value.trim()) {
      results.replaceChildren();
      told.textContent = `${entries.length.toLocaleString("en")} pages to find.`;
      return;
    }
    const { exact, hits } = window.arenaSearch.hits(entries, input.value);
    results.replaceChildren(...hits.slice(0, MOST).map(line));
    const more = hits.length > MOST ? `, the first ${MOST} shown` : "";
    const pages = `${hits.length} ${hits.length === 1 ? "page" : "pages"}`;
    told.textContent = exact || !hits.length ? `${pages} found${more}.` : `Nothing has these words. Close to them: ${pages}${more}.`;
  };

  const keep = () => {
    const address = new URL(location.href);
    if (input.value.trim()) address.searchParams.set("q", input.value.trim());
    else address.searchParams.delete("q");
    history.replaceState(null, "", address);
  };

  const read = () => {
    input.value = new URLSearchParams(location.search).get("q") || "";
    show();
  };

  window.arenaSearchIndex = (rows, synonyms) => {
    entries = window.arenaSearch.entries(rows, synonyms);
    read();
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", () => {
    show();
    keep();
  });
  window.addEventListener("popstate", read);
  const script = document.createElement("script");
  script.src = index.href;
  script.addEventListener("error", () => {
    told.textContent = "The index could not be loaded.";
  });
  document.head.append(script);
  input.focus();
})();
