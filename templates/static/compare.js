// The comparison page: two to four models of the reader's choice, kept in the address as ?m=a&m=b. What it says of two
// models is what their page would say: the words are those of arena/publish/content/comparison.py, and a test compares.
(() => {
  "use strict";
  const form = document.getElementById("picker");
  const status = document.getElementById("compared");
  const target = document.getElementById("comparison");
  const index = new URL(form.dataset.index, location.href);
  const site = new URL("..", index);
  const fields = [...form.querySelectorAll("select")];
  const SHOWN = 4;
  const FEW_VOTES = 30;
  const UNSTATED = "Not stated";
  const NONE = [0, 0, 0, 0];
  const SETTLED =
    "The better one is marked where the votes settle it: overall by the forecast above, elsewhere where the 95% intervals of the two " +
    "scores do not overlap. Narrow boards rest on fewer votes.";
  const records = new Map();
  let arenas = [];
  let round = 0;
  let missing = "";

  const made = (created, attributes, children) => {
    for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, value);
    created.append(...children);
    return created;
  };
  const element = (name, attributes = {}, ...children) => made(document.createElement(name), attributes, children);
  const drawn = (name, attributes = {}, ...children) =>
    made(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
  const link = (path, text) => element("a", { href: new URL(path, site).href }, text);
  const part = (id, title, ...children) =>
    element("section", { id, "aria-labelledby": `${id}-title` }, element("h2", { id: `${id}-title` }, title), ...children);
  const empty = (text) => element("p", { class: "empty" }, text);

  const load = (address) =>
    new Promise((done, failed) => {
      const script = element("script", { src: address.href });
      script.addEventListener("load", done);
      script.addEventListener("error", failed);
      document.head.append(script);
    });

  window.arenaModel = (record) => records.set(record.id, record);
  window.arenaBoards = (found) => {
    arenas = found;
  };
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

  // Words, as arena/publish/content/comparison.py says them.
  const whole = (count) => count.toLocaleString("en");
  const listing = (names) => (names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`);
  const counted = (count, noun, plural) => (count === 1 ? `one ${noun}` : count ? `${whole(count)} ${plural}` : "");
  const votesOf = (arena, count) => `${whole(count)} ${count === 1 ? arena.vote : arena.votes}`;

  const forecastOf = (arena, one, other) => {
    const at = arena.models.indexOf(other.id);
    const row = one.forecasts[arena.id];
    if (row && at >= 0) {
      const [verdict, chance, low, high] = row.slice(4 * at, 4 * at + 4);
      return { verdict, chance, low, high };
    }
    const mirrored = arena.models.indexOf(one.id);
    const back = other.forecasts[arena.id];
    if (!row || !back || mirrored < 0) return null;
    const [verdict, chance, low, high] = back.slice(4 * mirrored, 4 * mirrored + 4);
    return { verdict: [0, 2, 1][verdict], chance: 100 - chance, low: 100 - high, high: 100 - low };
  };

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const sentence = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
  const verdictTitle = (arena, { verdict }, both) =>
    sentence(`${arena.demo}${verdict ? fill(arena.words.better, both[verdict - 1]) : arena.words.unsettled}${arena.by}`);
  const verdictWords = ({ words }, forecast, [one, other]) =>
    fill(words.chance, { ...forecast, first: one.name, second: other.name }) + (forecast.verdict ? "" : ` ${words.even}`);

  const recordWords = (arena, counts, both) => {
    const [wins, losses, ties, bothBad] = counts;
    const votes = wins + losses + ties + bothBad;
    if (!votes) return `No votes on these two yet. The forecast follows from their ${arena.votes} against other models.`;
    const [[most, winner], [least, other]] = [[wins, both[0].name], [losses, both[1].name]].sort((a, b) => b[0] - a[0]);
    let won = `${winner} won ${whole(most)} and ${other} ${whole(least)}`;
    if (most === least) won = most ? `${winner} and ${other} won ${whole(most)} each` : "neither won any";
    const rest = [counted(ties, "tie", "ties"), counted(bothBad, "“both bad”", "“both bad”")].filter(Boolean).join(", ");
    const few = votes < FEW_VOTES ? " That is too few to decide anything by itself." : "";
    return `Of ${votesOf(arena, votes)}, ${won}${rest ? `; ${rest}` : ""}.${few}`;
  };

  const priceWords = (both) => {
    const unknown = both.filter((each) => each.price === null).map((each) => each.name);
    if (unknown.length) return `No price per image is known for ${listing(unknown)}.`;
    const [low, high] = [...both].sort((a, b) => a.price - b.price);
    if (low.price === high.price) return `Both cost from ${low.price_text} an image.`;
    return `${low.name} costs less: from ${low.price_text} an image, against ${high.price_text}.`;
  };

  const speedWords = (both) => {
    if (both.every((each) => !each.speed)) return "The speed of both is unknown.";
    const [one, other] = both.map((each) => each.speed);
    if (!one || !other || one[2] !== other[2]) {
      const said = both.map(({ name, speed }) => `${name} ${speed ? `${speed[1]} (${speed[2]})` : "unknown"}`);
      return `Time for one picture: ${said.join(", ")}.`;
    }
    if (one[0] === other[0]) return `Both take ${one[1]} for one picture (${one[2]}).`;
    const [fast, slow] = [...both].sort((a, b) => a.speed[0] - b.speed[0]);
    const faster = fast.speed[2] === "measured" ? "is faster" : "claims to be faster";
    return `${fast.name} ${faster}: ${fast.speed[1]} for one picture, against ${slow.speed[1]} (${slow.speed[2]}).`;
  };

  const licenceWords = (both) => {
    const [one, other] = both;
    const weights = both.map((each) => `${each.weights.toLowerCase()}${each.licence ? ` (${each.licence})` : ""}`);
    const outputs = both.map((each) => each.outputs);
    const ofWeights = weights[0] === weights[1] ? `Both: ${weights[0]}.` : `${one.name}: ${weights[0]}. ${other.name}: ${weights[1]}.`;
    const ofOutputs = outputs[0] === outputs[1] ? `${outputs[0]} for both` : `${one.name} ${outputs[0]}, ${other.name} ${outputs[1]}`;
    return `${ofWeights} Commercial use of pictures: ${ofOutputs}.`;
  };

  // Of more than two only who is the first; of two every difference.
  const differences = (chosen) => {
    if (chosen.length === 2) return [priceWords, speedWords, licenceWords].map((words) => words(chosen)).join(" ");
    const first = (what, measure) => {
      const known = chosen.filter((each) => measure(each) !== null && measure(each) !== undefined);
      const least = Math.min(...known.map(measure));
      const best = known.filter((each) => measure(each) === least).map((each) => each.name);
      return best.length ? `${what}: ${listing(best)}.` : "";
    };
    const cheapest = first("Cheapest", (each) => each.price) || "No price of theirs is known.";
    return [cheapest, first("Fastest of those measured", ({ speed }) => (speed?.[2] === "measured" ? speed[0] : null))]
      .filter(Boolean)
      .join(" ");
  };

  const pairsOf = (chosen) => chosen.flatMap((one, at) => chosen.slice(at + 1).map((other) => [one, other]));
  const inAll = (chosen) => arenas.filter((arena) => chosen.every((each) => each.places[arena.path]));

  const bar = ({ chance, low, high }, label, hatch) =>
    drawn(
      "svg",
      { class: "forecast", height: 14, role: "img", "aria-label": label },
      drawn(
        "pattern",
        { id: hatch, width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
        drawn("rect", { width: 1.5, height: 5 }),
      ),
      drawn("rect", { class: "sure", width: `${low}%`, height: 14 }),
      drawn("rect", { x: `${low}%`, width: `${high - low}%`, height: 14, fill: `url(#${hatch})` }),
      drawn("line", { class: "even", x1: "50%", x2: "50%", y2: 14 }),
      drawn("line", { class: "chance", x1: `${chance}%`, x2: `${chance}%`, y2: 14 }),
    );

  // The arenas in which only one of them is ranked.
  const apart = (chosen) =>
    arenas
      .map((arena) => [arena, chosen.filter((each) => each.places[arena.path])])
      .filter(([, there]) => there.length === 1)
      .map(([arena, [only]]) => `In ${arena.inside} only ${only.name} is ranked.`);

  const verdicts = (chosen) => {
    const cards = pairsOf(chosen).flatMap((both) => inAll(both).map((arena) => [arena, both, forecastOf(arena, ...both)]));
    const shown = cards.map(([arena, both, forecast], at) => {
      const said = forecast
        ? verdictWords(arena, forecast, both)
        : `No forecast is published for ${both[0].name} and ${both[1].name}, which both rank below #${arena.models.length}.`;
      const ends = forecast && [forecast.chance, 100 - forecast.chance];
      return element(
        "article",
        { class: `verdict card${forecast?.verdict ? " settled" : ""}` },
        element("p", { class: "quiet small" }, link(arena.path, arena.name)),
        element("h3", { class: "verdict-title" }, forecast ? verdictTitle(arena, forecast, both) : "No forecast"),
        ...(forecast
          ? [
              element(
                "p",
                { class: "ends small" },
                element("span", {}, `${both[0].name} `, element("b", {}, `${ends[0]}%`)),
                " ",
                element("span", {}, `${both[1].name} `, element("b", {}, `${ends[1]}%`)),
              ),
              bar(forecast, said, `picked-hatch-${at}`),
            ]
          : []),
        element("p", { class: "small quiet" }, said),
      );
    });
    const none =
      chosen.length === 2
        ? "No arena ranks both, so there is no forecast for the two."
        : "No arena ranks two of them, so there is no forecast.";
    const head = shown.length ? element("div", { class: "verdicts" }, ...shown) : empty([none, ...apart(chosen)].join(" "));
    const title = chosen.length === 2 ? "Which is better?" : "Which is best?";
    return part("verdict", title, head, element("p", { class: "differences" }, differences(chosen)));
  };

  const record = (chosen) => {
    const lines = pairsOf(chosen).flatMap((both) =>
      inAll(both).map((arena) => {
        const counts = both[0].votes[arena.id]?.[both[1].id] || NONE;
        const few = counts.reduce((sum, count) => sum + count, 0) < FEW_VOTES;
        const said = `: ${recordWords(arena, counts, both)}`;
        return element("p", { class: few ? "record few" : "record" }, link(arena.path, arena.name), said);
      }),
    );
    const title = chosen.length === 2 ? "Votes on these two" : "Votes on these models";
    return lines.length ? [part("record", title, ...lines)] : [];
  };

  // One prompt of each category in turn, by name.
  const samePrompts = (chosen) => {
    const shared = Object.keys(chosen[0].pictures).filter((prompt) => chosen.every((each) => each.pictures[prompt]));
    const categories = new Map();
    for (const prompt of shared.sort()) {
      const category = chosen[0].pictures[prompt][6];
      categories.set(category, [...(categories.get(category) || []), prompt]);
    }
    const turns = [...categories.values()].flatMap((ids, order) => ids.map((prompt, turn) => [turn, order, prompt]));
    return turns.sort((a, b) => a[0] - b[0] || a[1] - b[1]).slice(0, SHOWN).map(([, , prompt]) => prompt);
  };

  const shot = (each, prompt) => {
    const [, , , , , , , source, width, height, alt, mark, fared] = each.pictures[prompt];
    const image = element("img", { src: new URL(source, site).href, width, height, alt, loading: "lazy", decoding: "async" });
    const shown = element("span", { class: "pic" }, image, ...(mark ? [element("span", { class: "pic-mark" }, mark)] : []));
    const caption = element("figcaption", {}, element("strong", {}, each.name), " ", element("span", { class: "quiet" }, fared));
    return element("li", {}, element("figure", { class: "card shown" }, shown, caption));
  };

  const pictures = (chosen) => {
    const prompts = samePrompts(chosen);
    if (!prompts.length) return [];
    const blocks = prompts.map((prompt) => {
      const [text, path, lang, dir, english, label] = chosen[0].pictures[prompt];
      return element(
        "article",
        { class: "side", "aria-label": label },
        element("blockquote", { class: "prompt clamp", lang, dir }, text),
        ...(english ? [element("p", { class: "quiet small" }, english)] : []),
        element("p", { class: "small" }, link(path, `${label}: all models’ pictures`)),
        element("ul", { class: `pair of-${chosen.length}` }, ...chosen.map((each) => shot(each, prompt))),
      );
    });
    const lede = "One prompt of each category in turn, by name. How the pictures fared plays no part in choosing them.";
    return [part("same", "The same prompts", element("p", { class: "lede" }, lede), element("div", { class: "sides" }, ...blocks))];
  };

  const table = (id, caption, head, lines) =>
    element(
      "section",
      { class: "scroll", "aria-labelledby": id, tabindex: "0" },
      element(
        "table",
        { class: "data sticky duel" },
        element("caption", { id }, element("span", {}, caption)),
        element("thead", {}, element("tr", {}, ...head.map((cell, at) => element("th", at ? { scope: "col" } : { scope: "col", class: "pin" }, cell)))),
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

  const facts = (chosen) =>
    part(
      "facts",
      "Facts, prices and licences",
      table("facts-table", `${listing(chosen.map((each) => each.name))}; prices for one 1024×1024 image in medium or standard quality`,
        ["Fact", ...chosen.map((each) => link(each.path, each.name))],
        chosen[0].facts
          .map(([name], at) => [name, ...chosen.map((each) => each.facts[at][1])])
          .filter(([, ...values]) => values.some((value) => value !== UNSTATED && value !== "–"))),
    );

  // On the board at this path, the one that the votes call better than all others chosen; null where they do not.
  const betterOn = (arena, path, chosen) => {
    const there = chosen.map((each) => each.places[path]);
    if (there.some((place) => !place)) return null;
    if (path === arena.path) {
      return chosen.find((each) => chosen.every((other) => other === each || forecastOf(arena, each, other)?.verdict === 1)) || null;
    }
    const at = there.findIndex((place) => there.every((other) => other === place || place[2] > other[3]));
    return chosen[at] || null;
  };

  const placeOn = (place, of, better) => {
    if (!place) return element("td", { class: "n" }, "not ranked");
    const score = element("span", { class: "sub-line" }, place[1]);
    return element("td", { class: better ? "n wins" : "n" }, `#${place[0]} of ${whole(of)} `, score);
  };

  const places = (chosen) => {
    const whose = chosen.length === 2 ? "the two" : "them";
    const tables = inAll(chosen).flatMap((arena) => {
      const boards = arena.boards.filter(([, path]) => chosen.some((each) => each.places[path]));
      const lines = boards.map(([board, path, of]) => {
        const better = betterOn(arena, path, chosen);
        const everywhere = chosen.every((each) => each.places[path]);
        const cells = chosen.map((each) => placeOn(each.places[path], of, each === better));
        return [link(path, board), ...cells, everywhere ? (better ? "yes" : "no") : "–"];
      });
      const caption = `${arena.name}: rank and score on each board where one of ${whose} is ranked, from ${arena.counted}`;
      return [
        element("h3", { id: `places-${arena.id}` }, arena.name),
        table(`places-table-${arena.id}`, caption, ["Prompts", ...chosen.map((each) => each.name), "Settled"], lines),
      ];
    });
    if (!tables.length) return [];
    const after = apart(chosen).map((text) => element("p", { class: "after" }, text));
    return [part("places", "By category and language", element("p", { class: "lede" }, SETTLED), ...tables, ...after)];
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
    target.replaceChildren(verdicts(chosen), ...pictures(chosen), ...record(chosen), ...places(chosen), facts(chosen));
    status.textContent = `Comparing ${chosen.map((each) => each.name).join(", ")}.${missing}`;
  };

  const read = () => {
    const known = new Set([...fields[0].options].map((option) => option.value));
    const asked = [...new Set(new URLSearchParams(location.search).getAll("m").filter(Boolean))];
    const there = asked.filter((model) => known.has(model));
    const others = asked.filter((model) => !known.has(model));
    missing = others.length ? ` Not listed here: ${others.join(", ")}.` : "";
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
  Promise.all([load(index), load(new URL("compare/data/arenas.js", site))]).then(read, () => {
    status.textContent = "The list of models could not be loaded.";
  });
})();
