// Suggestions below the search box: a combobox as the ARIA practices have it. Loaded when the box is used for the first time.
(() => {
  "use strict";
  const MOST = 8;
  const form = document.getElementById("search");
  const input = form.elements.q;
  const site = new URL("..", document.currentScript.src);
  const list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  form.append(list);
  // A field of type search may not be a combobox; what phones show for it stays.
  input.type = "text";
  input.enterKeyHint = "search";
  const given = { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" };
  for (const [name, value] of Object.entries(given)) input.setAttribute(name, value);
  let entries = []; // none before the index is there, which may be later than the first letters
  let chosen = -1;

  const choose = (index) => {
    chosen = index;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    if (chosen < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", list.children[chosen].id);
  };
  const open = (shown) => {
    list.hidden = !shown;
    input.setAttribute("aria-expanded", String(shown));
    choose(-1);
  };

  const option = ({ row: [kind, title, path] }, index) => {
    const item = document.createElement("li");
    item.id = `suggestion-${index}`;
    item.setAttribute("role", "option");
    item.dataset.path = path;
    const name = document.createElement("span");
    name.textContent = title;
    name.dir = "auto";
    const about = document.createElement("span");
    about.className = "quiet";
    about.textContent = kind;
    item.append(name, " ", about);
    return item;
  };

  const show = () => {
    if (!entries.length) return;
    const hits = window.arenaSearch.hits(entries, input.value).hits.slice(0, MOST);
    list.replaceChildren(...hits.map(option));
    open(hits.length > 0 && document.activeElement === input);
  };
  const go = (item) => location.assign(new URL(item.dataset.path, site));

  input.addEventListener("input", show);
  input.addEventListener("focus", show);
  input.addEventListener("blur", () => open(false));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      open(false);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      go(list.children[chosen]);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return show();
      const size = list.children.length + 1;
      choose(((chosen + 1 + (event.key === "ArrowDown" ? 1 : size - 1)) % size) - 1);
    }
  });
  // Before the box loses the focus, which would close the list.
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const item = event.target.closest("li");
    if (item && event.button === 0) go(item);
  });

  // The search page has the index already, and its own use for it.
  const before = window.arenaSearchIndex;
  window.arenaSearchIndex = (rows, synonyms) => {
    entries = window.arenaSearch.entries(rows, synonyms);
    window.arenaSearchIndex = before;
    show();
  };
  const load = (name) => {
    const script = document.createElement("script");
    script.src = new URL(`static/${name}`, site).href;
    script.async = false;
    document.head.append(script);
  };
  if (!window.arenaSearch) load("search-ranking.js");
  load("search-index.js");
})();
