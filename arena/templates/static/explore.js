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

  const layout = (figure) => {
    const text = { color: token("--ink"), family: getComputedStyle(document.body).fontFamily, size: 12 };
    const axis = { automargin: true, gridcolor: token("--line"), zeroline: false, tickcolor: token("--line-2") };
    const tall = figure.kind === "heat" ? 140 + 24 * figure.rows.length : 360;
    return {
      font: text,
      height: tall,
      margin: { l: 40, r: 10, t: 10, b: 40 },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      xaxis: { ...axis, fixedrange: false },
      yaxis: { ...axis, autorange: figure.kind === "heat" ? "reversed" : true },
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
      const traces = figure.kind === "heat" ? heat(figure) : line(figure);
      await plotly.newPlot(plot, traces, layout(figure), { responsive: true, displayModeBar: false });
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
