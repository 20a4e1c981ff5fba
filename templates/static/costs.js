// The calculator of the prices page: what n images of a size and quality cost, kept in the address.
(() => {
  "use strict";
  const form = document.getElementById("calculator");
  const table = document.getElementById("costs-table");
  const body = table.tBodies[0];
  const status = document.getElementById("costs-shown");
  const counted = document.getElementById("costs-count");
  const figures = JSON.parse(document.getElementById("costs-figures").textContent);
  const site = new URL(form.dataset.site, location.href);
  const { dollars } = window.arenaNumbers;
  const FILTERS = ["use", "weights", "text", "price", "transparent", "current"].filter((name) => form.elements[name]);
  const NAMES = ["images", "size", "quality", "offers", ...FILTERS];
  const [written, caption, count] = [[...body.rows], table.caption.firstElementChild, table.querySelector("[data-key=many]")];
  const where = table.querySelector("[data-key=at]");
  const whereWritten = where.textContent;
  const [captionWritten, countWritten] = [caption.textContent, count.textContent];
  const field = (name) => form.elements[name];
  const usual = Object.fromEntries(NAMES.map((name) => [name, field(name).type === "checkbox" ? "" : field(name).value]));
  const chosen = (name) => (field(name).type === "checkbox" ? (field(name).checked ? field(name).value : "") : field(name).value);

  const element = (name, attributes, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const link = (path, text) => element("a", { href: new URL(path, site).href }, text);

  // Whether a model, at what an image of it costs, is what the filters ask for.
  const fits = ({ model, amount }) =>
    FILTERS.every((name) => {
      const [wanted, held] = [chosen(name), figures.held[model][name]];
      if (!wanted) return true;
      if (name === "price") return !(amount > Number.parseFloat(wanted));
      if (field(name).type === "checkbox") return held;
      return name === "text" ? held.includes(wanted) : held === wanted;
    });

  // A price that other sources contest is shown, and never the cheapest.
  const found = () => {
    const at = figures.sizes.indexOf(chosen("size")) * figures.qualities.length + figures.qualities.indexOf(chosen("quality"));
    const offers = figures.offers
      .filter(([, , costs]) => costs[at])
      .map(([model, provider, costs]) => ({ model, provider, amount: costs[at][0], how: costs[at][1], contested: costs[at][2], read: costs[at][3] }))
      .sort((a, b) => a.amount - b.amount || a.model - b.model); // of equal ones the maker's own first, as they come
    if (chosen("offers")) return offers.filter(fits);
    const best = new Map();
    for (const offer of offers) if (!offer.contested && !best.has(offer.model)) best.set(offer.model, offer);
    return offers.filter((offer) => best.get(offer.model) === offer && fits(offer));
  };

  const line = (offer, images) => {
    const [name, path, maker, span, use] = figures.models[offer.model];
    const [provider, page] = figures.providers[offer.provider];
    const how = `${figures.how[offer.how]}${offer.contested ? "; other sources contest it" : ""}; ${figures.read[offer.read]}`;
    return element(
      "tr",
      {},
      element("th", { scope: "row", class: "pin" }, link(path, name), " ", element("span", { class: "sub-line" }, maker)),
      element("td", { class: "n" }, element("b", {}, dollars(offer.amount))),
      element("td", { class: "n" }, dollars(offer.amount * images)),
      element("td", {}, link(page, provider), " ", element("span", { class: "sub-line" }, how)),
      element("td", { class: "n" }, span),
      element("td", {}, use),
    );
  };

  const show = () => {
    const asked = Math.floor(Number(field("images").value));
    const images = asked > 0 ? Math.min(asked, 1e9) : 1;
    const how = field("size").selectedOptions[0].text;
    const asking = FILTERS.filter(chosen).length;
    counted.textContent = asking ? ` (${asking})` : "";
    if (NAMES.every((name) => chosen(name) === usual[name])) {
      body.replaceChildren(...written);
      [caption.textContent, count.textContent, where.textContent] = [captionWritten, countWritten, whereWritten];
      status.textContent = "";
      return;
    }
    const offers = found();
    const models = new Set(offers.map((offer) => offer.model)).size;
    body.replaceChildren(...offers.map((offer) => line(offer, images)));
    count.textContent = images === 1 ? "1 image" : `${images.toLocaleString("en")} images`;
    where.textContent = chosen("offers") ? "Provider" : whereWritten;
    caption.textContent = `US dollars for images of ${how} pixels in ${field("quality").selectedOptions[0].text} quality, the cheapest first`;
    const without = figures.models.length - models;
    const reasons = `${asking ? "the filters leave them out, " : ""}no source gives a price of such an image, or they do not make it`;
    status.textContent = `${models} models shown; for ${without} ${reasons}.`;
  };

  const keep = () => {
    const address = new URL(location.href);
    for (const name of NAMES) {
      if (chosen(name) === usual[name]) address.searchParams.delete(name);
      else address.searchParams.set(name, chosen(name));
    }
    history.replaceState(null, "", address);
  };

  const read = () => {
    const asked = new URLSearchParams(location.search);
    for (const name of NAMES) {
      const value = asked.get(name) ?? usual[name];
      if (field(name).type === "checkbox") field(name).checked = value === field(name).value;
      else field(name).value = value;
      if (!field(name).value) field(name).value = usual[name];
    }
    show();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const menu = event.submitter?.closest("details");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  form.addEventListener("keydown", (event) => {
    const menu = event.target.closest("details[open]");
    if (event.key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  form.addEventListener("input", () => {
    show();
    keep();
  });
  window.addEventListener("popstate", read);
  read();
})();
