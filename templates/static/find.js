// The sentence "I need posters in Chinese ...": answers any choice from static/find-data.js, and keeps it in the address.
(() => {
  "use strict";
  const form = document.getElementById("finder-form");
  const answer = document.getElementById("finder-answer");
  const source = new URL(form.dataset.answers, location.href);
  const site = new URL("..", source);
  const names = [...form.elements].filter((field) => field.name).map((field) => field.name);
  const first = Object.fromEntries(names.map((name) => [name, form.elements[name].value]));
  let data = null;

  const made = (tag, name, text) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text) element.textContent = text;
    return element;
  };
  const linked = (path, text) => {
    const link = made("a", "", text);
    link.dir = "auto";
    link.href = new URL(path, site).href;
    return link;
  };

  const pictureOf = ([path, width, height, alt, mark]) => {
    const box = made("span", "pic");
    const image = new Image(width, height);
    image.alt = alt;
    image.src = new URL(path, site).href;
    box.append(image, ...(mark ? [made("span", "pic-mark", mark)] : []));
    return box;
  };

  const card = ([at, rank, , , sure, uncertain, picture], lead, use) => {
    const [name, path, hue, maker, , price, uses] = data.models[at];
    const item = made("li", "card pick");
    const text = made("div", "pick-text");
    const place = made("p");
    place.append(made("b", "rank-figure", `#${rank}`));
    const title = made(form.dataset.level, "pick-name");
    title.append(made("span", `maker-dot ${hue}`), " ", linked(path, name));
    const certainty = made("p", uncertain ? "sure hatched" : "sure");
    certainty.append(made("span", "", sure));
    text.append(place, title, made("p", "small quiet", `${maker} · ${price}`), made("p", "why", `${lead}.${uses[use] || ""}`), certainty);
    item.append(...(picture === null ? [] : [pictureOf(data.pictures[picture])]), text);
    return item;
  };

  const leads = (rows) =>
    rows.map(([at], index) => {
      if (!index) return data.words.first;
      const [name, , , , price] = data.models[rows[0][0]];
      const own = data.models[at][4];
      if (own === null || price === null || own >= price) return data.words.next;
      return data.words.cheaper.replace("{saved}", `${Math.round(100 * (1 - own / price))}%`).replace("{name}", () => name);
    });

  const show = () => {
    const asked = (name) => form.elements[name]?.value || "";
    const arena = asked("arena") || Object.keys(data.asked)[0].split("|")[0];
    const [board, note] = data.asked[`${arena}|${asked("for")}|${asked("in")}`];
    const [title, path, votes, rows, demo] = data.boards[board];
    const under = Number(asked("under")) || Infinity;
    const use = asked("use");
    const fits = ([at]) => {
      const [, , , , price, , uses] = data.models[at];
      return (!use || use in uses) && (under === Infinity || (price !== null && price < under));
    };
    const fitting = rows.filter(fits).slice(0, 3);
    const said = leads(fitting).map((lead) => demo + lead).map((lead) => lead[0].toUpperCase() + lead.slice(1));
    answer.querySelector(".picks-list").replaceChildren(...fitting.map((row, index) => card(row, said[index], use)));
    const few = fitting.length ? data.words.fewer[fitting.length] || "" : data.words.none;
    answer.querySelector(".finder-note").textContent = [few, note].filter(Boolean).join(" ");
    const basis = answer.querySelector(".finder-basis");
    const parts = { "{board}": linked(path, title), "{votes}": made("span", "", votes) };
    basis.replaceChildren(...data.words.by.split(/(\{\w+\})/).map((piece) => parts[piece] || piece));
  };

  const load = () => {
    if (data) return show();
    window.arenaFinder = (found) => {
      data = found;
      show();
    };
    const script = document.createElement("script");
    script.src = source.href;
    document.head.append(script);
  };

  const read = () => {
    const query = new URLSearchParams(location.search);
    const given = names.filter((name) => query.has(name));
    for (const name of names) {
      const field = form.elements[name];
      field.value = given.length ? query.get(name) || (name === "arena" ? field.options[0].value : "") : first[name];
      if (field.selectedIndex < 0) field.value = first[name];
    }
    if (given.length) load();
    return given.length;
  };

  form.addEventListener("change", () => {
    const query = new URLSearchParams();
    for (const name of names) {
      const field = form.elements[name];
      if (field.value && !(name === "arena" && !field.selectedIndex)) query.set(name, field.value);
    }
    if (!query.size) query.set(names[0], "");
    history.replaceState(null, "", `?${query}`);
    load();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("popstate", () => read() || (data && show()));
  read();
})();
