// The comparison page: two to four models of the reader's choice, kept in the address as ?m=a&m=b.
(() => {
  "use strict";
  const form = document.getElementById("picker");
  const status = document.getElementById("compared");
  const target = document.getElementById("comparison");
  const index = new URL(form.dataset.index, location.href);
  const site = new URL("..", index);
  const fields = [...form.querySelectorAll("select")];
  const PICTURES = 6;
  const UNSTATED = "Unknown, no source states it";
  const records = new Map();
  let round = 0;
  let missing = "";

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const link = (path, text) => element("a", { href: new URL(path, site).href }, text);

  const load = (address) =>
    new Promise((done, failed) => {
      const script = element("script", { src: address.href });
      script.addEventListener("load", done);
      script.addEventListener("error", failed);
      document.head.append(script);
    });

  window.arenaModel = (record) => records.set(record.id, record);
  window.arenaSearchIndex = (rows) => {
    const groups = new Map();
    for (const [kind, title, path, maker] of rows) {
      if (kind !== "Model") continue;
      if (!groups.has(maker)) groups.set(maker, []);
      groups.get(maker).push([path.replace(/^models\/|\.html$/g, ""), title]);
    }
    for (const field of fields) {
      for (const [maker, models] of [...groups].sort(([one], [other]) => one.localeCompare(other, "en"))) {
        const group = element("optgroup", { label: maker });
        for (const [id, title] of models) group.append(new Option(title, id));
        field.append(group);
      }
    }
  };

  const table = (id, caption, head, lines) =>
    element(
      "section",
      { class: "scroll", "aria-labelledby": id, tabindex: "0" },
      element(
        "table",
        { class: "data sticky" },
        element("caption", { id }, element("span", {}, caption)),
        element("thead", {}, element("tr", {}, ...head.map((cell) => element("th", { scope: "col" }, cell)))),
        element(
          "tbody",
          {},
          ...lines.map(([name, ...cells]) =>
            element(
              "tr",
              {},
              element("th", { scope: "row", class: "pin" }, name),
              ...cells.map((cell) => (cell.nodeName === "TD" ? cell : element("td", {}, cell))),
            ),
          ),
        ),
      ),
    );

  const part = (id, title, ...children) =>
    element("section", { "aria-labelledby": `${id}-title` }, element("h2", { id: `${id}-title` }, title), ...children);

  const facts = (chosen) =>
    part(
      "facts",
      "Side by side",
      table("facts-table", "Facts, prices and licences", ["Fact", ...chosen.map((each) => link(each.page, each.name))],
        chosen[0].facts
          .map(([name], at) => [name, ...chosen.map((each) => each.facts[at][1])])
          .filter(([, ...values]) => values.some((value) => value !== UNSTATED))),
    );

  const best = (chosen, measure) => {
    const known = chosen.filter((each) => measure(each) !== undefined && measure(each) !== null);
    const least = Math.min(...known.map(measure));
    return known.filter((each) => measure(each) === least);
  };
  const names = (models) => models.map((each) => each.name).join(" and ");
  const placeOf = (each, path) => each.places.find((place) => place[2] === path);

  // Who ranks highest in each arena, and who costs least.
  const answer = (chosen) => {
    const overall = chosen.flatMap((each) => each.places.filter(([, board]) => board === "Overall"));
    const arenas = new Map(overall.map(([arena, , path]) => [path, arena]));
    const said = [...arenas].map(([path, arena]) => {
      const [first, ...others] = best(chosen, (each) => placeOf(each, path)?.[3]);
      const { demo, inside } = first;
      const verb = others.length ? "rank" : "ranks";
      return `${demo[arena]}${names([first, ...others])} ${verb} highest in ${inside[arena]} (#${placeOf(first, path)[3]}).`;
    });
    const cheapest = best(chosen, (each) => each.price);
    const ranked = said.length ? said.join(" ") : "None of these models is ranked yet.";
    const priced = cheapest.length ? `Cheapest: ${names(cheapest)}.` : "No price of theirs is known.";
    return element("p", { class: "lede" }, `${ranked} ${priced}`);
  };

  const places = (chosen) => {
    const boards = new Map(chosen.flatMap((each) => each.places.map((place) => [place[2], place])));
    if (!boards.size) return element("p", { class: "empty" }, "None of these models is ranked yet.");
    const cell = (each, path, first) => {
      const place = placeOf(each, path);
      if (!place) return element("td", { class: "quiet" }, "not ranked");
      const score = element("span", { class: "sub-line" }, place[5]);
      return element("td", { class: first.includes(each) ? "nowrap wins" : "nowrap" }, `${place[3]} of ${place[4]} `, score);
    };
    const arenas = [...new Set([...boards.values()].map(([arena]) => arena))];
    return part(
      "places",
      "Places",
      ...arenas.flatMap((arena, at) => [
        element("h3", {}, arena),
        table(`places-table-${at}`, `${arena}: place and score on each board, from ${basisOf(chosen, [arena])}`,
          ["Prompts", ...chosen.map((each) => each.name)],
          [...boards].filter(([, place]) => place[0] === arena).map(([path, [, board]]) => {
            const first = best(chosen, (each) => placeOf(each, path)?.[3]);
            return [link(path, board), ...chosen.map((each) => cell(each, path, first))];
          })),
      ]),
    );
  };

  const basisOf = (chosen, arenas) => [...new Set(arenas.map((arena) => chosen[0].basis[arena]))].join(" and ");

  const duels = (chosen) => {
    const lines = [];
    chosen.forEach((one, at) => {
      for (const other of chosen.slice(at + 1)) {
        for (const [arena, opponents] of Object.entries(one.met)) {
          const [won, lost, tied, bad] = opponents[other.id] || [0, 0, 0, 0];
          const rated = won + lost + tied;
          if (!rated && !bad) continue;
          const share = rated ? `${Math.round((100 * (won + tied / 2)) / rated)}%` : "–";
          const record = [won, lost, tied].map((count) => count.toLocaleString("en")).join("–");
          lines.push([`${one.name} against ${other.name}`, arena, element("td", { class: "nowrap" }, record), share, bad.toLocaleString("en")]);
        }
      }
    });
    if (!lines.length) return part("duels", "Head to head", element("p", { class: "empty" }, "These models have not met yet."));
    return part(
      "duels",
      "Head to head",
      table(
        "duels-table",
        `Records of the first against the second, a tie counted as half a win, from ${basisOf(chosen, lines.map(([, arena]) => arena))}`,
        ["Models", "Arena", "Won–lost–tied", "Win rate", "Both bad"],
        lines,
      ),
    );
  };

  const pictures = (chosen) => {
    const shared = Object.keys(chosen[0].pictures).filter((prompt) => chosen.every((each) => each.pictures[prompt]));
    if (!shared.length) return part("pictures", "Same prompt", element("p", { class: "empty" }, "No prompt has a picture by each of these models."));
    const blocks = shared.slice(0, PICTURES).map((prompt) => {
      const [text, path, language] = chosen[0].pictures[prompt];
      const asked = link(path, text);
      asked.lang = language;
      asked.dir = "auto";
      const shots = chosen.map((each) => {
        const [, , , source, width, height, simulated] = each.pictures[prompt];
        const alt = `${simulated ? "Simulated picture in the place of one by" : "Picture by"} ${each.name}`;
        const image = element("img", { src: new URL(source, site).href, width, height, alt, loading: "lazy" });
        const mark = simulated ? [element("span", { class: "pic-mark" }, "simulated")] : [];
        const shown = element("span", { class: "pic" }, image, ...mark);
        return element("li", {}, element("figure", { class: "card shot" }, shown, element("figcaption", {}, each.name)));
      });
      return element("div", { class: "same" }, element("h3", {}, asked), element("ul", { class: "gallery" }, ...shots));
    });
    return part("pictures", "Same prompt", ...blocks);
  };

  const show = async () => {
    const mine = ++round;
    const ids = [...new Set(fields.map((field) => field.value).filter(Boolean))];
    if (ids.length < 2) {
      target.replaceChildren();
      status.textContent = `Choose two to four models.${missing}`;
      return;
    }
    try {
      await Promise.all(ids.filter((id) => !records.has(id)).map((id) => load(new URL(`compare/data/${id}.js`, site))));
    } catch {
      status.textContent = "A model could not be loaded.";
      return;
    }
    if (mine !== round) return;
    const chosen = ids.map((id) => records.get(id));
    target.replaceChildren(answer(chosen), facts(chosen), places(chosen), duels(chosen), pictures(chosen));
    status.textContent = `Comparing ${chosen.map((each) => each.name).join(", ")}.${missing}`;
  };

  const read = () => {
    const known = new Set([...fields[0].options].map((option) => option.value));
    const asked = [...new Set(new URLSearchParams(location.search).getAll("m").filter(Boolean))];
    const there = asked.filter((model) => known.has(model));
    const others = asked.filter((model) => !known.has(model));
    missing = others.length ? ` Not in this catalogue: ${others.join(", ")}.` : "";
    fields.forEach((field, at) => {
      field.value = there[at] || "";
    });
    show();
  };

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => {
    missing = "";
    const address = new URL(location.href);
    address.searchParams.delete("m");
    for (const field of fields) if (field.value) address.searchParams.append("m", field.value);
    history.replaceState(null, "", address.href.replace(/%2F/g, "/"));
    show();
  });
  window.addEventListener("popstate", read);
  load(index).then(read, () => {
    status.textContent = "The list of models could not be loaded.";
  });
})();
