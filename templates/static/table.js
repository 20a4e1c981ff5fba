// Boards and the list of models: sort, filter, choose columns, copy and download what is shown. All of it stands in the address.
(() => {
  "use strict";
  const form = document.getElementById("filters");
  if (!form) return;
  const table = document.getElementById(form.dataset.table);
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const shown = document.getElementById("shown");
  const count = document.getElementById("filter-count");
  const columns = document.getElementById("columns");
  const FIXED = ["rank", "model"];
  const there = (name) => form.elements[name];
  const EXACT = ["maker", "licence", "use", "weights"].filter(there);
  const LISTS = ["arena", "provider", "text"].filter(there);
  const FLAGS = ["open", "transparent", "current"].filter(there);
  const FILTERS = [...EXACT, ...LISTS, "price", ...FLAGS];
  const first = heads.find((head) => head.hasAttribute("aria-sort"))?.dataset.key || "";
  const named = heads.findIndex((head) => head.dataset.key === "model");
  const everything = shown.textContent;
  const caption = table.caption.firstElementChild;
  const captioned = caption.textContent;
  const place = new Map(rows.map((row, index) => [row, index]));
  // The rows of the ladder above a board, in the board's order: those that do not fit the filters fade.
  const names = document.querySelectorAll("#ladder .ladder-rows li");
  const drawn = document.querySelectorAll("#ladder .ladder-plot > g");
  const label = (head) => head.dataset.label || head.textContent.trim();
  const labels = new Map(heads.map((head) => [head.dataset.key, label(head)]));
  const usual = heads.filter((head) => !head.classList.contains("extra")).map((head) => head.dataset.key);
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const bare = (text) => text.replace(/[^\p{L}\p{N}]+/gu, "");
  const words = new Map(
    rows.map((row) => {
      const said = plain(`${row.cells[named].textContent} ${row.dataset.id}`);
      return [row, `${said} ${bare(said)}`];
    }),
  );

  // Values: what a cell means, for sorting and for files.
  const text = (cell) => (cell.querySelector("b, .vh") || cell).textContent.trim();
  const value = (cell) => {
    const raw = "v" in cell.dataset ? cell.dataset.v : cell.matches("th") ? cell.querySelector("a").textContent : text(cell);
    if (raw === "" || raw === "–") return null;
    const number = /^[+−-]?[$]?[\d,]+(\.\d+)?%?$/.test(raw) ? Number(raw.replace(/[$,%+]/g, "").replace("−", "-")) : NaN;
    if (Number.isFinite(number)) return number;
    const record = /^([\d,]+)–[\d,]+–[\d,]+$/.exec(raw);
    return record ? Number(record[1].replace(/,/g, "")) : raw;
  };

  // State: from the address to the controls, and back.
  let marked = heads.findIndex((head) => head.dataset.key === first);
  const state = { sort: first, down: false, columns: new Set(usual) };

  const read = () => {
    const asked = new URLSearchParams(location.search);
    form.elements.q.value = asked.get("q") || "";
    for (const name of FILTERS) {
      const field = form.elements[name];
      if (field.type === "checkbox") field.checked = asked.get(name) === field.value;
      else field.value = asked.get(name) || "";
      // An option that this board does not have: kept, so that the next board has it again.
      if (field.type === "select-one" && field.value !== (asked.get(name) || "")) {
        const option = new Option(`${asked.get(name)} (none here)`, asked.get(name));
        field.add(option);
        field.value = option.value;
      }
    }
    const sort = asked.get("sort") || first;
    const head = heads.find((each) => each.dataset.key === sort.replace(/^-/, "") && each.dataset.sort !== "none");
    state.sort = head ? head.dataset.key : first;
    state.down = Boolean(head) && sort.startsWith("-");
    const wanted = asked.has("columns") ? asked.get("columns").split(".") : usual;
    state.columns = new Set([...FIXED, ...wanted]);
    for (const box of columns.querySelectorAll("input")) box.checked = state.columns.has(box.value);
  };

  const address = () => {
    const kept = new URLSearchParams();
    const typed = form.elements.q.value.trim();
    if (typed) kept.set("q", typed);
    for (const name of FILTERS) {
      const field = form.elements[name];
      const chosen = field.type === "checkbox" ? (field.checked ? field.value : "") : field.value;
      if (chosen) kept.set(name, chosen);
    }
    if (state.sort !== first || state.down) kept.set("sort", `${state.down ? "-" : ""}${state.sort}`);
    const chosen = heads.map((head) => head.dataset.key).filter((key) => state.columns.has(key));
    if (chosen.join() !== usual.join()) kept.set("columns", chosen.filter((key) => !FIXED.includes(key)).join("."));
    return kept.toString();
  };

  const keep = () => {
    const query = address();
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
    for (const link of document.querySelectorAll(".switches a")) {
      link.search = query;
    }
  };

  // What is shown.
  const fits = (row) => {
    const chosen = (name) => form.elements[name].value;
    const typed = plain(form.elements.q.value).split(/\s+/).filter(Boolean);
    const most = Number.parseFloat(chosen("price"));
    return (
      typed.every((word) => words.get(row).includes(word) || (bare(word) && words.get(row).includes(bare(word)))) &&
      EXACT.every((name) => !chosen(name) || row.dataset[name] === chosen(name)) &&
      LISTS.every((name) => !chosen(name) || (row.dataset[name] || "").split(" ").includes(chosen(name))) &&
      (Number.isNaN(most) || (value(row.cells[priced]) ?? Infinity) <= most) &&
      FLAGS.every((name) => !form.elements[name].checked || name in row.dataset)
    );
  };

  // Price and speed: with a provider chosen, what that one asks and takes; without, the least of all.
  const placeOf = (key) => heads.findIndex((head) => head.dataset.key === key);
  const priced = placeOf("price");
  const { dollars, seconds } = window.arenaNumbers;
  const OFFERED = [
    ["prices", priced, "Price", dollars],
    ["latencies", placeOf("speed"), "Speed", seconds],
  ].filter(([, at]) => at >= 0);
  const least = new Map(
    rows.flatMap((row) => OFFERED.map(([, at]) => [row.cells[at], [row.cells[at].textContent, row.cells[at].dataset.v]])),
  );

  const offer = () => {
    const { value: provider, selectedOptions } = form.elements.provider;
    for (const [list, at, name, written] of OFFERED) {
      for (const row of rows) {
        const offered = provider ? row.dataset.provider.split(" ").indexOf(provider) : -1;
        const cell = row.cells[at];
        const number = JSON.parse(row.dataset[list] || "[]")[offered] ?? null;
        const shown = number === null ? ["–", ""] : [written(number), String(number)];
        [cell.textContent, cell.dataset.v] = offered < 0 ? least.get(cell) : shown;
        // Other sources contest the price.
        if (list === "prices" && JSON.parse(row.dataset.contested || "[]")[offered]) {
          const badge = document.createElement("span");
          badge.className = "tag tag-note";
          badge.textContent = "contested";
          cell.append(" ", badge);
        }
      }
      const head = heads[at].firstElementChild;
      head.textContent = provider ? `${name} at ${selectedOptions[0].text}` : labels.get(heads[at].dataset.key);
    }
  };

  const compare = (index, down) => (one, other) => {
    const [a, b] = [value(one.cells[index]), value(other.cells[index])];
    if (a === null || b === null) return (a === null) - (b === null) || place.get(one) - place.get(other);
    const order =
      typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true });
    return (down ? -order : order) || place.get(one) - place.get(other);
  };

  // What the caption says of the order of rows, once a reader has chosen another.
  const order = (head) => {
    const numbers = rows.some((row) => typeof value(row.cells[head.cellIndex]) === "number");
    const ends = numbers ? ["lowest first", "highest first"] : ["A to Z", "Z to A"];
    const [up, down] = head.dataset.key === "released" ? ["earliest first", "latest first"] : ends;
    const name = head.dataset.said || head.textContent.trim();
    return `sorted by ${name[0].toLowerCase()}${name.slice(1)}, ${state.down ? down : up}`;
  };

  // On a card, which shows few of its cells, also the one that cards are sorted by.
  const mark = (index) => {
    if (index === marked) return;
    for (const row of rows) {
      row.cells[marked]?.classList.remove("by");
      row.cells[index]?.classList.add("by");
      if (index >= 0 && !row.cells[index].matches(".rank, th, .score, .price")) row.cells[index].dataset.label = label(heads[index]);
    }
    marked = index;
  };

  const show = () => {
    offer();
    const index = heads.findIndex((head) => head.dataset.key === state.sort);
    const sorted = index < 0 ? rows : [...rows].sort(compare(index, state.down));
    // Rows that are moved are laid out anew, which takes a phone half a second.
    if (sorted.some((row, at) => row !== body.rows[at])) body.append(...sorted);
    const resorted = state.sort !== first || state.down;
    table.classList.toggle("resorted", resorted);
    mark(index);
    caption.textContent = resorted ? captioned.replace(table.dataset.order, order(heads[index])) : captioned;
    heads.forEach((head, at) => {
      if (at === index) head.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
      // A column that rows are sorted by is shown.
      const hidden = !state.columns.has(head.dataset.key) && at !== index;
      if (head.hidden !== hidden || !table.classList.contains("ready")) {
        head.hidden = hidden;
        for (const row of rows) row.cells[at].hidden = hidden;
      }
    });
    table.classList.add("ready");
    let matching = 0;
    for (const row of rows) {
      row.hidden = !fits(row);
      for (const part of [names[place.get(row)], drawn[place.get(row)]]) part?.classList.toggle("out", row.hidden);
      matching += !row.hidden;
    }
    const active = FILTERS.filter((name) => {
      const field = form.elements[name];
      return field.type === "checkbox" ? field.checked : field.value;
    }).length;
    count.textContent = active ? ` (${active})` : "";
    shown.textContent = matching === rows.length ? everything : everything.replace("All", `${matching} of`);
  };

  const refresh = () => {
    show();
    keep();
  };

  // Files of what is shown.
  const records = () =>
    [...body.rows]
      .filter((row) => !row.hidden)
      .map((row) => {
        const made = {};
        heads.forEach((head, index) => {
          const [key, cell] = [head.dataset.key, row.cells[index]];
          if (head.hidden) return;
          if (key === "model") {
            made.model = row.dataset.id;
            made.name = cell.querySelector("a").textContent;
            made.maker = cell.querySelector(".sub-line a").textContent;
          } else if (key === "record") {
            [made.wins, made.losses, made.ties] = text(cell).replace(/,/g, "").split("–").map(Number);
          } else {
            made[key] = text(cell).endsWith("%") ? value(cell) / 100 : value(cell);
          }
          if (key === "rank") made.rank_interval = cell.querySelector(".sub-line").textContent;
        });
        if (form.elements.provider.value) {
          made.provider = form.elements.provider.value;
          made.price_contested = row.cells[priced].querySelector(".tag") !== null;
        }
        made.basis = table.dataset.basis;
        return made;
      });

  const quoted = (cell) => {
    const raw = cell === null || cell === undefined ? "" : String(cell);
    // A text that a spreadsheet would run as a formula is marked as text: the same as arena/csv_text.py.
    const run = typeof cell === "string" && /^'*[=+\-@\t\r\n]/.test(raw) && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(raw);
    const safe = run ? `'${raw}` : raw;
    return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  };

  const written = (kind) => {
    const made = records();
    if (kind === "json") return `${JSON.stringify(made, null, 1)}\n`;
    const keys = Object.keys(made[0] || { model: 0, basis: 0 });
    return [keys, ...made.map((each) => keys.map((key) => each[key]))].map((line) => line.map(quoted).join(",")).join("\n") + "\n";
  };

  const copy = async (content) => {
    try {
      await navigator.clipboard.writeText(content);
      return true;
    } catch {
      const area = document.createElement("textarea");
      area.value = content;
      form.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  };

  const save = (content, kind) => {
    const link = document.createElement("a");
    const type = kind === "csv" ? "text/csv" : "application/json";
    link.href = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
    link.download = `${table.dataset.name}.${kind}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  form.addEventListener("click", async (event) => {
    const { copy: copied, save: saved } = event.target.dataset;
    if (saved) save(written(saved), saved);
    if (copied) {
      const before = event.target.textContent;
      event.target.textContent = (await copy(written(copied))) ? "Copied" : "Copying was refused";
      setTimeout(() => (event.target.textContent = before), 2000);
    }
  });

  // Controls.
  for (const head of heads) {
    if (head.dataset.sort === "none") continue;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label(head);
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const key = head.dataset.key;
      state.down = state.sort === key ? !state.down : head.dataset.first === "descending";
      state.sort = key;
      refresh();
    });
  }
  for (const head of heads) {
    if (FIXED.includes(head.dataset.key)) continue;
    const line = document.createElement("label");
    line.className = "check";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.value = head.dataset.key;
    line.append(box, ` ${labels.get(head.dataset.key)}`);
    columns.append(line);
    box.addEventListener("change", () => {
      if (box.checked) state.columns.add(box.value);
      else state.columns.delete(box.value);
      refresh();
    });
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const menu = event.submitter?.closest("details");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  form.addEventListener("input", (event) => {
    if (event.target.name) refresh();
  });
  form.addEventListener("reset", () => setTimeout(refresh));

  // Menus close on Escape and when something else is used; one is open at a time.
  const menus = [...form.querySelectorAll("details")];
  document.addEventListener("click", (event) => {
    for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
  });
  form.addEventListener("keydown", (event) => {
    const menu = event.target.closest("details[open]");
    if (event.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  window.addEventListener("popstate", () => {
    read();
    show();
  });
  read();
  refresh();
})();
