// The calculator of the prices page: what n images of a size and quality cost with every model, or with one at each
// provider, kept in the address: ?model=maker/name&images=500&size=2048x2048&quality=high.
(() => {
  "use strict";
  const form = document.getElementById("costs-form");
  const table = document.getElementById("costs-table");
  const body = table.tBodies[0];
  const status = document.getElementById("costs-shown");
  const counted = document.getElementById("costs-count");
  const figures = JSON.parse(document.getElementById("costs-figures").textContent);
  const site = new URL(form.dataset.site, location.href);
  const { dollars } = window.arenaNumbers;
  const FILTERS = ["use", "weights", "text", "price", "transparent", "current"].filter((name) => form.elements[name]);
  const NAMES = ["model", "images", "size", "quality", "sort", "offers", ...FILTERS];
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

  const idOf = (model) => figures.models[model][1].replace(/^models\/|\.html$/g, "");

  // The models that the search box names: by the whole name, else by every word of name and maker; null for any.
  const named = () => {
    const typed = chosen("model").trim().toLowerCase();
    if (!typed) return null;
    const places = figures.models.map((_, place) => place);
    const exact = places.filter((place) => figures.models[place][0].toLowerCase() === typed);
    if (exact.length) return exact;
    const words = typed.split(/\s+/);
    return places.filter((place) => {
      const text = `${figures.models[place][0]} ${figures.models[place][2]}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  };

  // A price that other sources contest is shown, and never the cheapest. Of one model every offer is shown.
  const found = (models) => {
    const at = figures.sizes.indexOf(chosen("size")) * figures.qualities.length + figures.qualities.indexOf(chosen("quality"));
    const offers = figures.offers
      .filter(([model, , costs]) => costs[at] && (!models || models.includes(model)))
      .map(([model, provider, costs]) => ({ model, provider, amount: costs[at][0], how: costs[at][1], contested: costs[at][2], read: costs[at][3] }))
      .sort((a, b) => a.amount - b.amount || a.model - b.model); // of equal ones the maker's own first, as they come
    const seconds = ({ model }) => figures.models[model][6] ?? Number.POSITIVE_INFINITY;
    const inOrder = (list) =>
      chosen("sort") ? [...list].sort((a, b) => (seconds(a) === seconds(b) ? 0 : seconds(a) - seconds(b))) : list;
    if (chosen("offers") || models?.length === 1) return inOrder(offers.filter(fits));
    const best = new Map();
    for (const offer of offers) if (!offer.contested && !best.has(offer.model)) best.set(offer.model, offer);
    return inOrder(offers.filter((offer) => best.get(offer.model) === offer && fits(offer)));
  };

  const line = (offer, images) => {
    const [name, path, maker, span, use, speed] = figures.models[offer.model];
    const [provider, page] = figures.providers[offer.provider];
    const read = `${figures.read[offer.read]}${offer.contested ? "; other sources contest it" : ""}`;
    return element(
      "tr",
      {},
      element("th", { scope: "row", class: "pin" }, link(path, name), " ", element("span", { class: "sub-line" }, maker)),
      element("td", { class: "n" }, element("b", {}, dollars(offer.amount))),
      element("td", { class: "n" }, dollars(offer.amount * images)),
      element("td", { class: "who" }, link(page, provider), " ", element("span", { class: "sub-line" }, read)),
      element("td", { class: "condition" }, figures.how[offer.how]),
      element("td", {}, speed),
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
    const models = named();
    const offers = found(models);
    const many = images === 1 ? "1 image" : `${images.toLocaleString("en")} images`;
    const what = `${many} of ${how} in ${field("quality").selectedOptions[0].text} quality`;
    body.replaceChildren(...offers.map((offer) => line(offer, images)));
    count.textContent = many;
    where.textContent = chosen("offers") || models?.length === 1 ? "Provider" : whereWritten;
    caption.textContent = `US dollars for ${what}, the ${chosen("sort") ? "fastest model" : "cheapest"} first`;
    status.textContent = said(models, offers, what, images, asking);
  };

  const listing = (words) => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`);

  // The sizes that a model has a price for, in any quality; else what it costs at all.
  const otherSizes = (model) => {
    const costs = figures.offers.filter(([of]) => of === model).map(([, , found]) => found);
    const many = figures.qualities.length;
    const priced = figures.sizes.filter((_, at) => costs.some((found) => found.slice(at * many, (at + 1) * many).some(Boolean)));
    const labels = priced.map((size) => [...field("size").options].find((option) => option.value === size).text);
    if (labels.length) return ` It has prices for ${listing(labels)}.`;
    return figures.models[model][3] === "–" ? "" : ` Prices for other conditions: ${figures.models[model][3]} an image.`;
  };

  // The answer in a sentence: what the images cost with one model, or how many models are shown.
  const said = (models, offers, what, images, asking) => {
    if (models && !models.length) return "No model has this name.";
    if (models?.length === 1) {
      const name = figures.models[models[0]][0];
      const sums = offers.filter((offer) => !offer.contested).map((offer) => offer.amount * images);
      if (!sums.length) return `No source gives a price for ${what} with ${name}.${otherSizes(models[0])}`;
      const [low, high] = [Math.min(...sums), Math.max(...sums)].map(dollars);
      const at = figures.providers[offers.find((offer) => dollars(offer.amount * images) === low && !offer.contested).provider][0];
      return low === high ? `${name}: ${what} cost ${low} (${at}).` : `${name}: ${what} cost from ${low} (${at}) to ${high}.`;
    }
    const shown = new Set(offers.map((offer) => offer.model)).size;
    const without = (models || figures.models).length - shown;
    const reasons = `${asking ? "the filters leave them out, " : ""}no source gives a price of such an image, or they do not make it`;
    return `${shown} ${shown === 1 ? "model" : "models"} shown${without ? `; for ${without} ${reasons}` : ""}.`;
  };

  const keep = () => {
    const address = new URL(location.href);
    for (const name of NAMES) {
      if (chosen(name) === usual[name]) address.searchParams.delete(name);
      else address.searchParams.set(name, chosen(name));
    }
    const models = named();
    if (models?.length === 1) address.searchParams.set("model", idOf(models[0]));
    history.replaceState(null, "", address.href.replace(/%2F/g, "/"));
  };

  const read = () => {
    const asked = new URLSearchParams(location.search);
    for (const name of NAMES) {
      const model = name === "model" ? figures.models.findIndex((_, place) => idOf(place) === asked.get(name)) : -1;
      const value = model >= 0 ? figures.models[model][0] : (asked.get(name) ?? usual[name]);
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
  // Whoever typed before this script ran keeps what was typed.
  if (form.contains(document.activeElement) && !location.search) {
    show();
    keep();
  } else read();
})();
