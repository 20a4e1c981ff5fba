// Charts to explore: draws the figures that stand in the page in the place of the chart that was there. What a mark says is read with the
// pointer or the keyboard, a part is seen closer by dragging over it or with the buttons, and a mark that is a model leads to its page.
(() => {
  "use strict";
  const SPACE = { top: 8, right: 14, bottom: 30 };
  const ROW = 22;

  const make = (name, attributes = {}, text = "") => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text) made.textContent = text;
    return made;
  };
  const html = (name, attributes = {}, text = "") => Object.assign(document.createElement(name), attributes, { textContent: text });
  const number = (value) => value.toFixed(2).replace("-", "−");
  const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

  // Axes: from the numbers of a chart to positions between 0 and 1, and the values to write beside them.
  const round = (low, high, most) => {
    const rough = (high - low) / most;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) * power;
    const first = Math.ceil(low / step);
    const found = Array.from({ length: Math.max(Math.floor(high / step) - first + 1, 0) }, (_, at) => (first + at) * step);
    return found.map((value) => [value, value.toFixed(Math.max(0, -Math.floor(Math.log10(step))))]);
  };
  const amounts = (low, high) => {
    const powers = Array.from({ length: Math.ceil(high) - Math.floor(low) + 1 }, (_, at) => Math.floor(low) + at);
    const steps = high - low > 3 ? [1] : [1, 2, 5];
    const values = powers.flatMap((power) => steps.map((step) => step * 10 ** power)).filter((v) => v >= 10 ** low && v <= 10 ** high);
    return values.map((value) => [Math.log10(value), `$${Number(value.toPrecision(2))}`]);
  };
  const days = (low, high, most) => {
    const DAY = 86400000;
    const step = Math.max(7, Math.ceil((high - low) / DAY / most / 7) * 7) * DAY;
    const found = [];
    for (let day = Math.ceil(low / DAY) * DAY; day <= high; day += step) found.push([day, new Date(day).toISOString().slice(0, 10)]);
    return found;
  };
  const range = (values) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const room = (high - low || 1) * 0.04;
    return [low - room, high + room];
  };

  // Kinds: the marks of a chart. ``y`` is a row for those that have rows.
  const kinds = {
    whisker: (figure) => ({
      rows: figure.labels,
      ticks: round,
      marks: figure.labels.map((label, at) => ({
        x: figure.values[at],
        low: figure.low[at],
        high: figure.high[at],
        y: at,
        hue: figure.hues?.[at],
        link: figure.links?.[at],
        said: `${label}: ${number(figure.values[at])} (${number(figure.low[at])} to ${number(figure.high[at])}), ${figure.notes[at]}`,
      })),
    }),
    scatter: (figure) => ({
      ticks: amounts,
      across: "USD an image",
      front: figure.front.map(([price, score]) => [Math.log10(price), score]),
      marks: figure.labels.map((label, at) => ({
        x: Math.log10(figure.prices[at]),
        y: figure.scores[at],
        hue: figure.hues?.[at],
        link: figure.links?.[at],
        name: figure.names?.[at],
        said: label,
      })),
    }),
    line: (figure) => ({
      ticks: days,
      joined: true,
      marks: figure.days.map((day, at) => ({
        x: Date.parse(day),
        y: figure.values[at],
        below: figure.low[at],
        above: figure.high[at],
        said: `${day}: ${number(figure.values[at])} (${number(figure.low[at])} to ${number(figure.high[at])}) ${figure.notes[at]}`.trim(),
      })),
    }),
  };

  const field = (figure, width, read) => {
    const names = Math.min(170, width * 0.4);
    const head = figure.columns.length > 10 ? 120 : 26;
    const side = Math.max(20, Math.min(62, (width - names) / figure.columns.length));
    const svg = make("svg", { class: "heat explored", width: names + side * figure.columns.length, height: head + 24 * figure.rows.length });
    figure.columns.forEach((column, at) => {
      const [x, y] = [names + side * (at + 0.5), head - 8];
      const turned = head > 26 ? { transform: `rotate(-60 ${x} ${y})`, class: "from" } : {};
      svg.append(make("text", { x, y, ...turned }, cut(column, head > 26 ? 20 : 9)));
    });
    figure.rows.forEach((row, down) => {
      svg.append(make("text", { class: "from", x: 0, y: head + 24 * down + 16 }, cut(row, Math.floor(names / 7))));
      figure.values[down].forEach((value, at) => {
        const place = { x: names + side * at, y: head + 24 * down, width: side - 2, height: 22 };
        const mark = make("rect", { ...place, class: value === null ? "none" : `q${Math.round(8 * value)}` });
        if (value !== null) read(mark, `${row} × ${figure.columns[at]}: ${figure.notes[down][at]}`);
        svg.append(mark);
      });
    });
    return svg;
  };

  // A chart with axes; ``view`` is what is seen of the axis across.
  const plot = (chart, view, width, read) => {
    const wide = chart.rows ? Math.min(210, width * 0.42) : 44;
    const height = chart.rows ? ROW * chart.rows.length + SPACE.top + SPACE.bottom : 380;
    const svg = make("svg", { class: "explored", width, height });
    const [inner, foot] = [width - wide - SPACE.right, height - SPACE.bottom];
    const seen = chart.marks.filter((mark) => (mark.high ?? mark.x) >= view[0] && (mark.low ?? mark.x) <= view[1]);
    const upright = range(seen.flatMap((mark) => [mark.y, mark.above ?? mark.y, mark.below ?? mark.y]));
    const across = (value) => wide + (inner * (Math.min(Math.max(value, view[0]), view[1]) - view[0])) / (view[1] - view[0]);
    const down = (y) => (chart.rows ? SPACE.top + ROW * (y + 0.5) : foot - ((foot - SPACE.top) * (y - upright[0])) / (upright[1] - upright[0]));
    for (const [value, text] of chart.ticks(...view, Math.max(2, Math.floor(inner / 90)))) {
      const x = across(value);
      svg.append(make("line", { class: "g", x1: x, x2: x, y1: SPACE.top, y2: foot }), make("text", { class: "mid", x, y: foot + 16 }, text));
    }
    if (chart.across) svg.append(make("text", { class: "end", x: width, y: height - 1 }, chart.across));
    if (!chart.rows) {
      for (const [value, text] of round(...upright, 5)) {
        const y = down(value);
        svg.append(make("line", { class: "g", x1: wide, x2: width, y1: y, y2: y }), make("text", { class: "end", x: wide - 6, y: y + 4 }, text));
      }
    }
    if (chart.joined) {
      const path = (key) => seen.map((mark) => `${across(mark.x)} ${down(mark[key])}`);
      svg.append(make("path", { class: "span", d: `M${[...path("above"), ...path("below").reverse()].join("L")}Z` }));
      svg.append(make("path", { class: "joined", d: `M${path("y").join("L")}` }));
    }
    const front = (chart.front || []).filter(([x, y]) => x >= view[0] && x <= view[1] && y >= upright[0] && y <= upright[1]);
    if (front.length) {
      const steps = front.slice(1).map(([x, y]) => `H${across(x)}V${down(y)}`);
      svg.append(make("path", { class: "front", d: `M${across(front[0][0])} ${down(front[0][1])}${steps.join("")}` }));
    }
    const taken = chart.rows ? [] : seen.map((mark) => ({ x: across(mark.x) - 5, y: down(mark.y) + 4, wide: 10 }));
    const named = new Set();
    for (const mark of seen) {
      const part = make(mark.link ? "a" : "g", { class: `mark ${mark.hue || ""}`, ...(mark.link ? { href: mark.link, "aria-label": mark.said } : {}) });
      const [x, y] = [across(mark.x), down(mark.y)];
      if (chart.rows) {
        part.append(make("rect", { class: "hit", x: 0, y: y - ROW / 2, width, height: ROW }));
        part.append(make("text", { x: 0, y: y + 4 }, cut(chart.rows[mark.y], Math.floor(wide / 7))));
        part.append(make("line", { x1: across(mark.low), x2: across(mark.high), y1: y, y2: y }));
      } else {
        part.append(make("circle", { class: "hit", cx: x, cy: y, r: 12 }));
        const box = { x: x + 8, y: y + 4, wide: 7 * (mark.name || "").length };
        const covers = (other) => Math.abs(other.y - box.y) < 12 && box.x < other.x + other.wide && other.x < box.x + box.wide;
        if (mark.name && !named.has(mark.name) && box.x + box.wide < width && !taken.some(covers)) {
          taken.push(box);
          named.add(mark.name);
          part.append(make("text", { x: box.x, y: box.y }, mark.name));
        }
      }
      if (mark.x >= view[0] && mark.x <= view[1]) part.append(make("circle", { cx: x, cy: y, r: 5 }));
      read(part, mark.said);
      svg.append(part);
    }
    svg.valueAt = (x) => view[0] + ((x - wide) / inner) * (view[1] - view[0]);
    return svg;
  };

  const open = (part, figure, still) => {
    const space = part.querySelector(".plot-space");
    const said = html("output", { className: "readout small" });
    const tools = html("p", { className: "plot-tools" });
    const box = html("div", { className: "plot-box" });
    const chart = kinds[figure.kind]?.(figure);
    const whole = chart && range(chart.marks.flatMap((mark) => [mark.x, mark.low ?? mark.x, mark.high ?? mark.x]));
    let view = whole;
    let only = "";
    const hint = chart ? "Point at a mark to read it; drag across to see a part closer." : "Point at a square to read it.";
    const read = (mark, text) => {
      for (const event of ["pointerenter", "focus"]) mark.addEventListener(event, () => (said.textContent = text));
    };
    const draw = () => {
      const width = Math.max(box.clientWidth, 260);
      const svg = chart ? plot(chart, view, width, read) : field(figure, width, read);
      svg.classList.toggle("some", only !== "");
      for (const mark of svg.querySelectorAll(".mark")) mark.classList.toggle("lit", mark.classList.contains(only));
      box.replaceChildren(svg);
    };
    const zoom = (low, high) => {
      view = high - low > (whole[1] - whole[0]) / 500 ? [Math.max(low, whole[0]), Math.min(high, whole[1])] : view;
      draw();
    };
    const tool = (text, act) => {
      const button = html("button", { type: "button", className: "chip" }, text);
      button.addEventListener("click", act);
      tools.append(button);
      return button;
    };
    if (chart) {
      const by = (factor) => () => zoom(...[-1, 1].map((side) => (view[0] + view[1]) / 2 + (side * factor * (view[1] - view[0])) / 2));
      const move = (side) => () => {
        const step = Math.max(whole[0] - view[0], Math.min(whole[1] - view[1], (side * (view[1] - view[0])) / 2));
        zoom(view[0] + step, view[1] + step);
      };
      tool("Closer", by(0.5));
      tool("Further", by(2));
      tool("Left", move(-1));
      tool("Right", move(1));
      tool("Whole chart", () => zoom(...whole));
    }
    for (const [hue, name] of figure.makers || []) {
      const button = tool(name, () => {
        only = only === hue ? "" : hue;
        for (const each of tools.querySelectorAll("[aria-pressed]")) each.setAttribute("aria-pressed", String(each === button && only !== ""));
        draw();
      });
      button.setAttribute("aria-pressed", "false");
      button.prepend(html("span", { className: `maker-dot ${hue}` }));
    }
    tool("Close", () => {
      space.hidden = true;
      space.replaceChildren();
      watch.disconnect();
      still.removeAttribute("hidden");
      part.append(space);
      part.hidden = false;
      part.querySelector("button").focus();
    });
    let from = null;
    box.addEventListener("pointerdown", (event) => (from = chart && event.button === 0 ? event.clientX : null));
    box.addEventListener("pointerup", (event) => {
      if (from === null || Math.abs(event.clientX - from) < 12) return;
      const svg = box.firstElementChild;
      zoom(...[from, event.clientX].map((x) => svg.valueAt(x - svg.getBoundingClientRect().left)).sort((a, b) => a - b));
    });
    // A drag that began on a mark opens no page.
    box.addEventListener("click", (event) => from !== null && Math.abs(event.clientX - from) >= 12 && event.preventDefault(), true);
    box.addEventListener("dragstart", (event) => event.preventDefault());
    said.textContent = hint;
    space.setAttribute("role", "group");
    space.setAttribute("aria-label", figure.title);
    space.tabIndex = -1;
    space.append(said, box, tools);
    space.hidden = false;
    still.before(space);
    still.setAttribute("hidden", "");
    part.hidden = true;
    draw();
    const watch = new ResizeObserver(() => box.firstElementChild.clientWidth !== box.clientWidth && draw());
    watch.observe(box);
    space.focus({ preventScroll: true });
  };

  for (const part of document.querySelectorAll(".explore")) {
    const figure = part.closest("figure") || part.previousElementSibling;
    const still = figure.querySelector(":scope > :is(.ladder-rows, .heat-box, svg)");
    part.querySelector("button").addEventListener("click", () => open(part, JSON.parse(part.querySelector("script").textContent), still));
  }
})();
