// The voting page without reloading: choices that can be changed for a moment, votes, reveals, and the next pair loaded
// ahead. A vote is final when it is sent, as the answer says who made which. Without this script a click sends it.
const at = (id) => document.getElementById(id);
const battle = at("battle");
const ballot = at("ballot");
const query = battle.dataset.query;
const says = battle.dataset; // sentences in the voter's language
const nextPair = at("next").textContent;
const root = new URL("..", import.meta.url).pathname; // the app may be below a path: this script is in its static/
const KEYS = { 1: "left", 2: "right", 3: "tie", 4: "both_bad", ArrowLeft: "left", ArrowRight: "right", ArrowUp: "tie", ArrowDown: "both_bad" };

let token = at("token").value;
let shownAt = performance.now();
let phase = "revealed" in battle.dataset ? "revealed" : "open"; // open, chosen, sending, revealed
let ahead = null;
let choice = null; // {outcome, dwell, timer} while it can still be changed

async function ask(url, options) {
  let response;
  try {
    response = await fetch(url, options);
  } catch {
    throw Object.assign(new Error(says.offline), { code: "offline" });
  }
  const answer = response.status === 204 ? {} : await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw Object.assign(new Error(answer.error?.message ?? says.failed), { code: answer.error?.code ?? "" });
}

// A new voter's proof of work runs while the pictures are looked at, and the first vote waits for its end.
let work = doWork(at("challenge") && { challenge: at("challenge").value, rounds: Number(at("challenge").dataset.rounds) });
work.catch(() => {}); // what fails shows when the vote is refused

async function doWork(wanted) {
  if (!wanted?.challenge) return;
  // Browsers hash at https and on loopback only. Elsewhere the form without scripts has another way.
  if (!globalThis.crypto?.subtle) throw Object.assign(new Error(says.failed), { code: "no_hash" });
  const worker = new Worker(`${root}static/work.js`);
  const counter = await new Promise((resolve, reject) => {
    worker.onmessage = (message) => resolve(message.data);
    worker.onerror = reject;
    worker.postMessage(wanted);
  });
  worker.terminate();
  await post("api/work", { challenge: wanted.challenge, counter });
}

function post(path, value) {
  const headers = { "Content-Type": "application/json" };
  return ask(`${root}${path}`, { method: "POST", headers, body: JSON.stringify(value), keepalive: true }); // also where the page is left
}

async function sendVote(vote) {
  const slow = setTimeout(() => {
    complain(new Error(says.computing));
  }, 500);
  try {
    await work.catch(() => {});
    return await post("api/votes", vote).catch(async (error) => {
      if (error.code !== "work_needed") throw error;
      // Another network than when the page was loaded, or a page that was open for long: it is done anew.
      await doWork(await ask(`${root}api/work`));
      return post("api/votes", vote);
    });
  } finally {
    clearTimeout(slow);
    at("fault").hidden = true;
  }
}

function sendPlainly(outcome) {
  ballot.append(Object.assign(document.createElement("input"), { type: "hidden", name: "outcome", value: outcome }));
  ballot.submit();
}

function loadImage(url) {
  return new Promise((resolve) => {
    const image = new Image();
    image.onload = image.onerror = () => resolve(image);
    image.src = url;
  });
}

async function drawNext() {
  const next = await ask(`${root}api/battle?${query}`);
  const pictures = [next.left.image, next.right.image, next.prompt.input_image].filter(Boolean);
  await Promise.all(pictures.map(loadImage));
  return next;
}

// Once somebody has chosen: a page that is only looked at draws one battle.
function preload() {
  ahead ??= drawNext();
  ahead.catch(() => {
    ahead = null;
  });
}

function complain(error) {
  at("fault").textContent = error.message;
  at("fault").hidden = false;
}

function enable(on) {
  for (const button of ballot.querySelectorAll(".pick")) button.disabled = !on;
}

// The same choice again sends it at once, another one takes its place.
function choose(outcome) {
  if (!outcome || (phase !== "open" && phase !== "chosen")) return;
  if (phase === "chosen" && choice.outcome === outcome) {
    send();
    return;
  }
  clearInterval(choice?.timer);
  phase = "chosen";
  choice = { outcome, dwell: Math.round(performance.now() - shownAt), timer: 0 };
  at("fault").hidden = true;
  press(outcome);
  preload();
  startUndo(Number(battle.dataset.undo));
}

function startUndo(seconds) {
  let left = seconds;
  const tick = () => {
    at("countdown").textContent = ` (${left})`;
    if (left <= 0) send();
    left -= 1;
  };
  choice.timer = setInterval(tick, 1000);
  at("undo").hidden = false;
  at("chosen").textContent = says.again;
  tick();
}

function endUndo() {
  clearInterval(choice?.timer);
  at("undo").hidden = true;
  at("chosen").textContent = "";
}

function takeBack() {
  if (phase !== "chosen") return;
  endUndo();
  press("");
  phase = "open";
}

function press(outcome) {
  for (const button of ballot.querySelectorAll(".pick")) button.setAttribute("aria-pressed", button.value === outcome);
}

async function send() {
  if (phase !== "chosen") return;
  phase = "sending";
  endUndo();
  enable(false);
  const reasons = [...ballot.querySelectorAll("input[name=reasons]:checked")].map((box) => box.value);
  const { outcome, dwell } = choice;
  try {
    show(await sendVote({ token, outcome, reasons, dwell_ms: dwell }), outcome);
  } catch (error) {
    if (error.code === "no_hash") return sendPlainly(outcome);
    complain(error);
    enable(true);
    press("");
    phase = "open";
    if (error.code === "already_voted" || error.code === "expired" || error.code === "bad_token") skip();
  }
}

function skip() {
  phase = "revealed";
  at("choices").hidden = true;
  at("verdict").textContent = "";
  at("others").textContent = "";
  at("after").hidden = false;
}

function describe(side, maker, chosen) {
  const figure = at(side);
  const name = figure.querySelector(".name");
  name.textContent = maker.name;
  if (maker.url) name.href = maker.url;
  else name.removeAttribute("href");
  figure.querySelector(".organization").textContent = maker.organization;
  figure.querySelector(".standing").textContent = maker.standing;
  figure.querySelector(".price").textContent = maker.price_text;
  figure.querySelector(".share").textContent = maker.share;
  figure.querySelector(".who").hidden = false;
  figure.classList.toggle("won", chosen);
}

function show(reveal, outcome) {
  phase = "revealed";
  describe("left", reveal.left, outcome === "left");
  describe("right", reveal.right, outcome === "right");
  at("choices").hidden = true;
  if (at("why")) at("why").hidden = true;
  at("verdict").textContent = reveal.verdict;
  at("others").textContent = reveal.others.text;
  at("progress").textContent = reveal.progress.text;
  at("mine").hidden = reveal.progress.needed > 0;
  at("after").hidden = false;
  at("next").focus({ preventScroll: true });
}

function give(picture) {
  const given = at("given");
  given.hidden = !picture;
  given.querySelector("img")?.remove();
  if (!picture) return;
  const { width, height } = at("left").querySelector("img").attributes;
  const image = Object.assign(new Image(width.value, height.value), { alt: given.querySelector("figcaption").textContent, src: picture });
  given.prepend(image);
}

function place(next) {
  at("fault").hidden = true;
  token = next.token;
  at("token").value = token;
  at("about").textContent = next.prompt.about;
  const prompt = at("prompt");
  prompt.textContent = next.prompt.text;
  prompt.lang = next.prompt.language;
  prompt.dir = next.prompt.direction;
  give(next.prompt.input_image);
  for (const side of ["left", "right"]) {
    const figure = at(side);
    figure.classList.remove("won");
    figure.querySelector(".who").hidden = true;
    figure.querySelector("img").src = next[side].image;
    figure.querySelector(".zoom").href = next[side].image;
  }
  for (const box of ballot.querySelectorAll("input[name=reasons]")) box.checked = false;
  if (at("why")) at("why").hidden = false;
  at("after").hidden = true;
  at("choices").hidden = false;
  enable(true);
  press("");
  phase = "open";
  shownAt = performance.now();
  scrollTo({ top: 0 });
}

// A pair whose pictures are still on their way: the button says so.
function wait(on) {
  at("next").textContent = on ? says.loading : nextPair;
  at("next").setAttribute("aria-busy", on);
}

async function goOn() {
  if (phase !== "revealed") return;
  phase = "sending";
  at("fault").hidden = true;
  wait(true);
  const voted = token.split(".")[0];
  try {
    let next = await (ahead ?? drawNext());
    ahead = null;
    if (next.battle === voted) next = await drawNext();
    place(next);
  } catch (error) {
    complain(error);
    phase = "revealed";
  }
  wait(false);
}

function closer() {
  const dialog = at("closer");
  if (dialog.open) return dialog.close();
  for (const side of ["left", "right"]) at(`closer-${side}`).src = at(side).querySelector("img").src;
  return dialog.showModal();
}

ballot.addEventListener("submit", (event) => {
  event.preventDefault();
  choose(event.submitter?.value);
});
at("take-back").addEventListener("click", takeBack);
at("next").addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  goOn();
});
for (const link of battle.querySelectorAll(".zoom")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    closer();
  });
}
at("closer").addEventListener("click", () => at("closer").close());
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const tag = event.target.tagName;
  if (tag === "INPUT" && event.target.type !== "checkbox") return;
  if (event.key === "z" || event.key === "Z") closer();
  else if (at("closer").open) return;
  else if ((phase === "open" || phase === "chosen") && KEYS[event.key]) {
    event.preventDefault();
    choose(KEYS[event.key]);
  } else if (event.key === "u" || event.key === "U") takeBack();
  else if (event.key === "Enter" && tag !== "A" && tag !== "BUTTON" && tag !== "SUMMARY") {
    if (phase === "revealed") goOn();
    else send();
  }
});
addEventListener("pagehide", send);
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
battle.dataset.ready = "";
