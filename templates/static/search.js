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

  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  const bare = (text) => text.replace(/[^\p{L}\p{N}]+/gu, "");
  const parts = (text) => text.split(/[^\p{L}\p{N}]+/u).filter(Boolean);

  // All words must be found, be they written apart or as one. Whole titles first, then beginnings of titles, words in
  // titles, and the rest.
  const rank = (entry, whole, words) => {
    const has = (word) => entry.all.includes(word) || (bare(word).length > 2 && entry.bare.includes(bare(word)));
    if (!words.every(has)) return 0;
    if (bare(entry.title) === bare(whole)) return 5;
    if (bare(entry.title).startsWith(bare(whole) || whole)) return 4;
    if (words.every((word) => parts(entry.title).some((part) => part.startsWith(word)))) return 3;
    return words.every((word) => entry.title.includes(word)) ? 2 : 1;
  };

  // Edits between two words: letters put in, left out, changed or swapped with their neighbour.
  const edits = (one, other) => {
    let [before, above] = [[], [...Array(other.length + 1).keys()]];
    for (let i = 1; i <= one.length; i++) {
      const line = [i];
      for (let j = 1; j <= other.length; j++) {
        const change = above[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
        line[j] = Math.min(above[j] + 1, line[j - 1] + 1, change);
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) line[j] = Math.min(line[j], before[j - 2] + 1);
      }
      [before, above] = [above, line];
    }
    return above[other.length];
  };

  // Where nothing has the words as they are: names that are nearly so. Short words have to be right.
  const nearly = (entry, words) => {
    if (entry.row[0] === "Prompt") return 0;
    let off = 0;
    for (const word of words) {
      const most = word.length > 6 ? 2 : word.length > 3 ? 1 : 0;
      const least = Math.min(...entry.parts.map((part) => Math.min(edits(word, part), edits(word, part.slice(0, word.length)))));
      if (least > most) return 0;
      off += least;
    }
    return 1 / (1 + off);
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
      told.textContent = `${entries.length.toLocaleString("en")} pages to find.`;
      return;
    }
    const found = (measure) =>
      entries
        .map((entry, place) => ({ entry, place, rank: measure(entry) }))
        .filter((hit) => hit.rank)
        .sort((a, b) => b.rank - a.rank || a.place - b.place);
    const exact = found((entry) => rank(entry, whole, words));
    const hits = exact.length ? exact : found((entry) => nearly(entry, words.flatMap(parts)));
    results.replaceChildren(...hits.slice(0, MOST).map((hit) => line(hit.entry)));
    const more = hits.length > MOST ? `, the first ${MOST} shown` : "";
    const pages = `${hits.length} ${hits.length === 1 ? "page" : "pages"}`;
    told.textContent = exact.length || !hits.length ? `${pages} found${more}.` : `Nothing has these words. Close to them: ${pages}${more}.`;
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
    entries = rows.map((row) => {
      const all = plain(`${row[1]} ${row[3]} ${row[4]}`);
      return { row, title: plain(row[1]), all, bare: bare(all), parts: parts(all) };
    });
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
