// The search page: reads ?q=, looks in the static index, and keeps the address up to date.
(() => {
  "use strict";
  const form = document.getElementById("finder");
  const input = form.elements.q;
  const found = document.getElementById("found");
  const results = document.getElementById("results");
  const index = new URL(form.dataset.index, location.href);
  const site = new URL("..", index);
  const MOST = 50;
  let entries = [];

  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  // All words must be found. Whole titles first, then beginnings of titles, words in titles, and the rest.
  const rank = (entry, whole, words) => {
    if (!words.every((word) => entry.all.includes(word))) return 0;
    if (entry.title === whole) return 5;
    if (entry.title.startsWith(whole)) return 4;
    if (words.every((word) => entry.title.split(/[^\p{L}\p{N}]+/u).some((part) => part.startsWith(word)))) return 3;
    return words.every((word) => entry.title.includes(word)) ? 2 : 1;
  };

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
    const whole = plain(input.value).trim();
    const words = whole.split(/\s+/).filter(Boolean);
    if (!words.length) {
      results.replaceChildren();
      found.textContent = `${entries.length.toLocaleString("en")} pages to find.`;
      return;
    }
    const hits = entries
      .map((entry, place) => ({ entry, place, rank: rank(entry, whole, words) }))
      .filter((hit) => hit.rank)
      .sort((a, b) => b.rank - a.rank || a.place - b.place);
    results.replaceChildren(...hits.slice(0, MOST).map((hit) => line(hit.entry)));
    const more = hits.length > MOST ? `, the first ${MOST} shown` : "";
    found.textContent = hits.length === 1 ? "1 page found." : `${hits.length} pages found${more}.`;
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

  window.arenaSearchIndex = (rows) => {
    entries = rows.map((row) => ({ row, title: plain(row[1]), all: plain(`${row[1]} ${row[3]} ${row[4]}`) }));
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
    found.textContent = "The index could not be loaded.";
  });
  document.head.append(script);
  input.focus();
})();
