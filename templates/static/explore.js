// Charts to explore: loads plotly.js when asked, and draws the figures that stand in the page.
(() => {
  "use strict";
  let library;

  const load = (address) => {
    library ||= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = address;
      script.addEventListener("load", () => done(window.Plotly));
      script.addEventListener("error", () => {
        library = undefined;
        failed(new Error("not loaded"));
      });
      document.head.append(script);
    });
    return library;
  };

  const token = (name) => {
    const probe = document.createElement("span");
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  };

  const heat = (figure) => [
    {
      type: "heatmap",
      x: figure.columns,
      y: figure.rows,
      z: figure.values,
      text: figure.notes,
      hovertemplate: "%{y} × %{x}<br>%{text}<extra></extra>",
      zmin: 0,
      zmid: 0.5,
      zmax: 1,
      xgap: 1,
      ygap: 1,
      hoverongaps: false,
      showscale: false,
      colorscale: [
        [0, token("--warm")],
        [0.5, token("--sunken")],
        [1, token("--accent")],
      ],
    },
  ];

  const line = (figure) => [
    { x: figure.days, y: figure.high, mode: "lines", line: { width: 0 }, hoverinfo: "skip", showlegend: false },
    {
      x: figure.days,
      y: figure.low,
      mode: "lines",
      line: { width: 0 },
      fill: "tonexty",
      fillcolor: token("--accent-soft"),
      hoverinfo: "skip",
      showlegend: false,
    },
    {
      x: figure.days,
      y: figure.values,
      text: figure.notes,
      mode: "lines+markers",
      line: { color: token("--accent") },
      hovertemplate: "%{x}: %{y:.2f}<br>%{text}<extra></extra>",
      showlegend: false,
    },
  ];

  const whisker = (figure) => [
    {
      x: figure.values,
      y: figure.labels,
      text: figure.notes,
      mode: "markers",
      marker: { color: token("--accent"), size: 8 },
      error_x: {
        type: "data",
        symmetric: false,
        array: figure.high.map((high, at) => high - figure.values[at]),
        arrayminus: figure.low.map((low, at) => figure.values[at] - low),
        color: token("--accent"),
        thickness: 1.5,
        width: 0,
      },
      hovertemplate: "%{y}: %{x:.2f}<br>%{text}<extra></extra>",
      showlegend: false,
    },
  ];

  const scatter = (figure) => [
    {
      x: figure.front.map(([price]) => price),
      y: figure.front.map(([, score]) => score),
      mode: "lines",
      line: { color: token("--accent"), dash: "dot", shape: "hv" },
      hoverinfo: "skip",
      showlegend: false,
    },
    {
      x: figure.prices,
      y: figure.scores,
      text: figure.labels,
      mode: "markers",
      marker: { color: token("--accent"), size: 9, opacity: 0.75 },
      hovertemplate: "%{text}<extra></extra>",
      showlegend: false,
    },
  ];

  const kinds = { heat, line, whisker, scatter };

  // What a kind of chart changes of the axes.
  const axes = {
    heat: { y: { autorange: "reversed" } },
    whisker: { y: { autorange: "reversed", type: "category", dtick: 1 } },
    scatter: { x: { type: "log", title: { text: "USD an image" }, tickprefix: "$", dtick: "D2" }, y: { title: { text: "Score" } } },
  };

  const layout = (figure) => {
    const text = { color: token("--ink"), family: getComputedStyle(document.body).fontFamily, size: 12 };
    const axis = { automargin: true, gridcolor: token("--line"), zeroline: false, tickcolor: token("--line-2") };
    const lines = (figure.rows || figure.labels || []).length;
    const tall = { heat: 140 + 24 * lines, whisker: 80 + 20 * lines, scatter: 460 }[figure.kind] || 360;
    const own = axes[figure.kind] || {};
    return {
      font: text,
      height: tall,
      margin: { l: 50, r: 10, t: 10, b: 52 },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      xaxis: { ...axis, ...own.x },
      yaxis: { ...axis, ...own.y },
    };
  };

  const draw = async (part, button) => {
    const figure = JSON.parse(part.querySelector("script").textContent);
    const plot = part.querySelector(".plot-space");
    button.textContent = "Loading the chart";
    try {
      const plotly = await load(part.dataset.library);
      plot.hidden = false;
      plot.setAttribute("role", "group");
      plot.setAttribute("aria-label", figure.title);
      await plotly.newPlot(plot, kinds[figure.kind](figure), layout(figure), { responsive: true, displayModeBar: false });
      button.hidden = true;
      plot.tabIndex = -1;
      plot.focus({ preventScroll: true });
    } catch {
      button.textContent = "The chart could not be loaded. Try again";
    }
  };

  // The library would write its styles into the page, which our policy forbids: they lie in site.css.
  // The second is that of its maps, which no chart here uses.
  for (const id of ["plotly.js-style-global", "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53"]) {
    const marker = document.createElement("meta");
    marker.id = id;
    marker.className = "no-inline-styles";
    document.head.append(marker);
  }

  for (const part of document.querySelectorAll(".explore")) {
    const button = part.querySelector("button");
    button.addEventListener("click", () => draw(part, button));
  }
})();
