// A ranking by the reader's own weights, kept in the address: mine.html?poster=3&zh=2&price=1. It computes in the browser
// what arena/ratings/joint.py computes, from the script of an arena in mine/; formats/own_data.py says what that holds.
(() => {
  "use strict";
  const form = document.getElementById("own-form");
  const list = document.getElementById("own-list");
  const leftOut = document.getElementById("own-left-out");
  const [site, folder] = ["site", "folder"].map((name) => new URL(form.dataset[name], location.href));
  const sliders = [...form.querySelectorAll("input[type=range]")];
  const [charges, weights] = [true, false].map((kind) => sliders.filter((each) => each.closest(".charge") !== null === kind));
  const [arenaField, under] = [form.elements.arena, form.elements.under];
  const [DRAWS, TAIL, JITTER, SETTLED] = [1000, 0.025, 1e-9, 0.25]; // as boards are made: arena/ratings/boards.py
  const Z_95 = 1.959963984540054;
  const LEAST_PRICE = 0.0001;
  const known = Object.create(null);
  const wantedScripts = new Set();
  const words = JSON.parse(form.dataset.words);
  const plurals = new Intl.PluralRules(document.documentElement.lang);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const counted = (forms, count) => fill(forms[plurals.select(count)] ?? forms.other, { count });
  const arena = () => (arenaField ? arenaField.value : form.dataset.arena);

  const made = (tag, name, ...children) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    element.append(...children);
    return element;
  };
  const drawn = (tag, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };

  // What an arena's script hands over, with roots as square matrices in points.
  const unpacked = (data) => {
    const size = data.models.length;
    const roots = data.roots.map((packed, at) => {
      const ranked = data.mu[at].flatMap((mu, model) => (mu === null ? [] : [model]));
      const root = data.models.map(() => new Float64Array(size));
      let place = 0;
      ranked.forEach((row, index) => {
        for (const column of ranked.slice(0, index + 1)) root[row][column] = packed[place++] / 1000;
      });
      return root;
    });
    return { ...data, roots, mu: data.mu.map((row) => row.map((mu) => (mu === null ? null : mu / 1000))) };
  };

  // The lower root of a matrix by Cholesky's method.
  const lowerRoot = (matrix) => {
    const root = matrix.map((row) => new Float64Array(row.length));
    for (let i = 0; i < matrix.length; i++) {
      for (let j = 0; j <= i; j++) {
        let rest = matrix[i][j];
        for (let k = 0; k < j; k++) rest -= root[i][k] * root[j][k];
        root[i][j] = i === j ? Math.sqrt(Math.max(rest, Number.MIN_VALUE)) : rest / root[j][j];
      }
    }
    return root;
  };

  // The covariance of the weighted means of the models kept, in squared points.
  const covarianceOf = (data, shares, kept) => {
    const total = kept.map(() => new Float64Array(kept.length));
    for (let k = 0; k < data.mixing[0].length; k++) {
      const parts = shares.flatMap((share, at) => (share * data.mixing[at][k] ? [[share * data.mixing[at][k], data.roots[at]]] : []));
      if (!parts.length) continue;
      const rows = kept.map((model) => {
        const row = new Float64Array(data.models.length);
        for (const [factor, root] of parts) for (let j = 0; j < row.length; j++) row[j] += factor * root[model][j];
        return row;
      });
      for (let i = 0; i < kept.length; i++) {
        for (let j = 0; j <= i; j++) {
          let sum = 0;
          for (let l = 0; l < rows[i].length; l++) sum += rows[i][l] * rows[j][l];
          total[i][j] += sum;
          if (i !== j) total[j][i] += sum;
        }
      }
    }
    return total;
  };

  // Lowest and highest rank of each: the middle 95% of 1,000 sampled rankings. Equal ones share the wider bounds.
  const rankIntervals = (strength, error, covariance) => {
    const size = strength.length;
    const order = strength.map((_, at) => at).sort((a, b) => strength[b] - strength[a] || error[a] - error[b]);
    const correlation = order.map((a) => order.map((b) => covariance[a][b] / Math.max(error[a] * error[b], 1e-300) + (a === b ? JITTER : 0)));
    const root = lowerRoot(correlation);
    const normal = window.arenaNormalDraws(DRAWS * size);
    const counts = order.map(() => new Float64Array(size));
    for (let draw = 0; draw < DRAWS; draw++) {
      const sampled = order.map((model, i) => {
        let sum = 0;
        for (let j = 0; j <= i; j++) sum += root[i][j] * normal[draw * size + j];
        return sum * error[model] + strength[model];
      });
      [...sampled.keys()].sort((a, b) => sampled[b] - sampled[a]).forEach((model, rank) => counts[model][rank]++);
    }
    const bounds = counts.map((row) => {
      let [before, low, high] = [0, 1, size];
      for (const count of row) {
        const middle = (before + count / 2) / DRAWS;
        if (middle < TAIL) low++;
        if (middle > 1 - TAIL) high--;
        before += count;
      }
      return [low, high];
    });
    const found = [];
    const same = (a, b) => strength[order[a]] === strength[order[b]] && error[order[a]] === error[order[b]];
    order.forEach((model, at) => {
      const run = bounds.filter((_, other) => same(at, other));
      found[model] = [Math.min(...run.map(([low]) => low)), Math.max(...run.map(([, high]) => high))];
    });
    return found;
  };

  const numberIn = (field) => Number(field.value);
  const weightOf = (name) => document.getElementById(`weight-${name}`);
  const held = (field) => field.closest(".weight").dataset.arenas.split(" ").includes(arena());

  // What is asked: the share of each board, points for a doubling of price and of time, and the limit of the price.
  const asked = (data) => {
    const given = data.axes.map(([name]) => (name && held(weightOf(name)) ? numberIn(weightOf(name)) : 0));
    const sum = given.reduce((all, each) => all + each, 0);
    const shares = sum ? given.map((each) => each / sum) : given.map((_, at) => (at ? 0 : 1));
    const [price, speed] = ["price", "speed"].map(weightOf).map((field) => (held(field) ? numberIn(field) : 0));
    return { shares, price, speed, under: Number(under.value) || Infinity };
  };

  // Why a model is left out; empty for one that is not.
  const missing = (data, { shares, price, speed, under: limit }, model) => {
    const [, , , , amount, , seconds, , gone] = data.models[model];
    const unranked = data.axes.find((_, at) => shares[at] && data.mu[at][model] === null);
    if (gone) return words.gone;
    if (unranked) return fill(words.unranked, { board: unranked[1] });
    if (amount === null && (price || limit < Infinity)) return words.unpriced;
    if (amount >= limit) return words.dear;
    return seconds === null && speed ? words.untimed : "";
  };

  // What each model gains and loses, part by part, against the mean of those kept.
  const partsOf = (data, { shares, price, speed }, kept) => {
    const doublings = (column, least) => {
      const values = kept.map((model) => Math.log2(Math.max(data.models[model][column], least)));
      return values.map((value) => value - Math.min(...values));
    };
    const parts = data.axes.flatMap(([, name], at) => (shares[at] ? [[name, kept.map((model) => shares[at] * data.mu[at][model])]] : []));
    if (price) parts.push([words.price, doublings(4, LEAST_PRICE).map((each) => -price * each)]);
    if (speed) parts.push([words.speed, doublings(6, 0.001).map((each) => -speed * each)]);
    return parts;
  };

  const ranking = (data, wanted) => {
    const kept = [...data.models.keys()].filter((model) => !missing(data, wanted, model));
    const parts = kept.length ? partsOf(data, wanted, kept) : [];
    const strength = kept.map((_, at) => parts.reduce((sum, [, values]) => sum + values[at], 0));
    const covariance = covarianceOf(data, wanted.shares, kept);
    const error = kept.map((_, at) => Math.sqrt(covariance[at][at]));
    const bounds = rankIntervals(strength, error, covariance);
    const rows = kept.map((model, at) => {
      const rank = 1 + strength.filter((other) => other > strength[at]).length;
      const gains = parts.map(([name, values]) => [name, values[at] - values.reduce((sum, each) => sum + each, 0) / kept.length]);
      const [low, high] = [Math.min(bounds[at][0], rank), Math.max(bounds[at][1], rank)];
      return { model, rank, low, high, strength: strength[at], error: error[at], gains };
    });
    return rows.sort((a, b) => a.rank - b.rank || a.model - b.model);
  };

  const signed = (points) => `${points < 0 ? "\u2212" : "+"}${Math.abs(points).toFixed(1)}`;
  const listing = (names) =>
    names.length < 2 ? names.join("") : fill(words.and, { some: names.slice(0, -1).join(", "), last: names.at(-1) });

  const why = ({ rank, gains }) => {
    if (gains.length < 2) return ""; // its strength alone
    const ordered = gains.filter(([, points]) => Math.abs(points) >= 0.05).sort((a, b) => b[1] - a[1]);
    const [up, down] = [ordered.filter(([, points]) => points > 0), ordered.filter(([, points]) => points < 0).reverse()];
    const named = (some) => listing(some.map(([name, points]) => `${name} (${signed(points)})`));
    if (rank === 1 && up.length) return fill(words.first, { gains: named(up.slice(0, 3)) });
    const most = { up: named(up.slice(0, 1)), down: named(down.slice(0, 1)) };
    if (up.length && down.length) return fill(words.both, most);
    return up.length ? fill(words.gains, most) : down.length ? fill(words.loses, most) : "";
  };

  const bar = (row, first, last, uncertain) => {
    const percent = (points) => (100 * (points - first)) / (last - first || 1);
    const [low, high] = [-1, 1].map((side) => percent(row.strength + side * Z_95 * row.error));
    const svg = drawn("svg", { class: "own-bar", height: 12, "aria-hidden": "true" });
    const box = { x: `${low.toFixed(2)}%`, width: `${Math.max(high - low, 0.2).toFixed(2)}%`, height: 12 };
    svg.append(drawn("rect", uncertain ? { ...box, class: "unsure" } : box));
    svg.append(drawn("circle", { cx: `${percent(row.strength).toFixed(2)}%`, cy: 6, r: 4.5 }));
    return svg;
  };

  const item = (data, row, rows, ends) => {
    const [name, path, hue, maker, , price, , speed] = data.models[row.model];
    const uncertain = row.high - row.low >= SETTLED * rows.length;
    const link = made("a", "", name);
    link.dir = "auto";
    link.href = new URL(path, site).href;
    const range = row.low === row.high ? words.sure : fill(words.range, row);
    return made(
      "li",
      hue,
      made("p", "own-rank", made("b", "rank-figure", `#${row.rank}`), " ", made("span", "rank-range", range)),
      made(
        "div",
        "own-text",
        made("p", "own-name", made("span", `maker-dot ${hue}`), " ", link),
        made("p", "small quiet", [maker, price && fill(words.from, { price }), speed].filter(Boolean).join(" \u00b7 ")),
        bar(row, ...ends, uncertain),
        ...[why(row)].filter(Boolean).map((text) => made("p", "small", text)),
      ),
      made("p", "small own-points", `${row.strength.toFixed(1)} \u00b1 ${(Z_95 * row.error).toFixed(1)}`, made("span", "vh", ` ${words.points}`)),
    );
  };

  const show = () => {
    const data = known[arena()];
    const wanted = asked(data);
    const rows = ranking(data, wanted);
    const ends = [-1, 1].map((side) => side * Math.max(...rows.map((row) => side * row.strength + Z_95 * row.error)));
    list.replaceChildren(...rows.map((row) => item(data, row, rows, ends)));
    document.getElementById("own-label").textContent = data.label;
    document.getElementById("own-said").textContent = rows.length
      ? data.demo + fill(words.said, { models: counted(words.models, rows.length), votes: data.basis })
      : words.none;
    const first = rows.length ? fill(words.to_first, { name: data.models[rows[0].model][0] }) : words.to_ranking;
    document.getElementById("own-first").textContent = first;
    const without = [...data.models.keys()].map((model) => [data.models[model][0], missing(data, wanted, model)]).filter(([, reason]) => reason);
    leftOut.hidden = !without.length;
    leftOut.querySelector("summary").textContent = counted(words.left_out, without.length);
    leftOut.querySelector("ul").replaceChildren(...without.map(([name, reason]) => made("li", "", `${name}: ${reason}`)));
    for (const field of charges) {
      const [points, output] = [numberIn(field), field.closest(".weight").querySelector("output")];
      const values = { points: counted(words.stronger, points), share: data.won[2 * points] };
      output.textContent = points ? fill(words[`${field.name}_charge`], values) : field.dataset.idle;
    }
  };

  window.arenaBoardsTogether = (data) => {
    known[data.arena] = unpacked(data);
    if (data.arena === arena()) show();
  };

  const load = () => {
    const here = arena();
    for (const field of sliders) field.closest(".weight").hidden = !held(field);
    for (const field of weights) field.closest(".weight").querySelector("output").textContent = field.value;
    document.getElementById("own-untimed").hidden = held(weightOf("speed"));
    for (const group of form.querySelectorAll("fieldset")) group.hidden = !group.querySelector(".weight:not([hidden]), .own-line");
    if (known[here]) return show();
    if (wantedScripts.has(here)) return;
    wantedScripts.add(here);
    const script = document.createElement("script");
    script.src = new URL(`${here}.js`, folder).href;
    script.onerror = () => {
      wantedScripts.delete(here);
      document.getElementById("own-said").textContent = words.failed;
    };
    document.head.append(script);
  };

  const read = () => {
    const query = new URLSearchParams(location.search);
    for (const field of sliders) {
      const value = Number(query.get(field.name));
      field.value = Number.isFinite(value) ? Math.min(Math.max(value, 0), Number(field.max)) : 0;
    }
    under.value = query.get("under") || "";
    if (under.selectedIndex < 0) under.value = "";
    if (arenaField) arenaField.value = query.get("arena") || form.dataset.arena;
    if (arenaField && arenaField.selectedIndex < 0) arenaField.value = form.dataset.arena;
    load();
  };

  const write = () => {
    const query = new URLSearchParams();
    if (arena() !== form.dataset.arena) query.set("arena", arena());
    for (const field of sliders) if (numberIn(field) && !field.closest("[hidden]")) query.set(field.name, field.value);
    if (under.value) query.set("under", under.value);
    history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
  };

  let waiting = 0;
  form.addEventListener("input", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => {
      load();
      write();
    });
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    document.getElementById("own-results").scrollIntoView();
  });
  document.getElementById("own-reset").addEventListener("click", () => {
    for (const field of sliders) field.value = 0;
    under.value = "";
    load();
    write();
  });
  window.addEventListener("popstate", read);
  read();
})();
