// The playground of a model's page: one request, from the reader's browser, with the reader's own key.
// The key lives in `key` below and nowhere else, and goes to the endpoint of the plan and nowhere else.
(() => {
  "use strict";
  const at = (id) => document.getElementById(`playground-${id}`);
  const plan = JSON.parse(at("plan").textContent);
  const form = at("form");
  const [field, said, clock, run, cancel, forget] = ["key", "said", "clock", "run", "cancel", "forget"].map(at);
  const LONGEST = 15 * 60;
  const SHOWN = 200;
  let key = "";
  let running = null;
  let shown = "";

  const say = (text, kind = "") => {
    said.dataset.kind = kind;
    said.textContent = text;
  };

  // What can go wrong, in words.
  class Problem extends Error {}
  const REFUSED = /safety system|content (?:polic|filter|moderation)|moderation|nsfw|flagged|E005|prohibited content/i;
  const reason = (body) => {
    const error = body?.error ?? body?.detail ?? body?.title ?? "";
    if (typeof error === "string") return error;
    return String(error.message ?? error[0]?.msg ?? "");
  };
  const refusal = (status, body, headers) => {
    const words = reason(body) && ` It says: “${hidden(reason(body))}”`;
    if (status === 401 || status === 403) return `The endpoint refused the key (${status}). Check it and run again.${words}`;
    if (status === 429) {
      const wait = headers.get("retry-after");
      return `Too many requests (429). ${wait ? `Try again in ${wait} seconds.` : "Try again in a while."}${words}`;
    }
    if (REFUSED.test(reason(body))) return `A content filter refused the prompt or the picture.${words}`;
    return `The endpoint answered with status ${status}.${words}`;
  };
  const NO_ANSWER =
    `The browser got no answer that it may read. Either ${new URL(plan.endpoint).host} cannot be reached, or it does not ` +
    "allow requests from web pages (CORS): then use the code below from your own computer.";

  // The request: the plan has blanks for the prompt and the picture to edit.
  const filled = (value, blanks) => {
    if (typeof value === "string") return value in blanks ? blanks[value] : value;
    if (Array.isArray(value)) return value.map((each) => filled(each, blanks));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filled(each, blanks)]));
    }
    return value;
  };
  const read = (file) =>
    new Promise((done, failed) => {
      const reader = new FileReader();
      reader.addEventListener("load", () => done(reader.result));
      reader.addEventListener("error", () => failed(new Problem("The input image could not be read.")));
      reader.readAsDataURL(file);
    });
  const prepare = async (ask, prompt, file) => {
    const blanks = { "{prompt}": prompt };
    if (file) {
      const url = await read(file);
      blanks["{picture url}"] = url;
      blanks["{picture data}"] = url.slice(url.indexOf(",") + 1);
      blanks["{picture type}"] = file.type;
    }
    if (!ask.file) {
      const headers = { ...ask.headers, "Content-Type": "application/json" };
      return { method: "POST", headers, body: JSON.stringify(filled(ask.json, blanks)) };
    }
    const body = new FormData();
    for (const [name, value] of Object.entries(filled(ask.form, blanks))) body.set(name, value);
    body.set(ask.file, file);
    return { method: "POST", headers: ask.headers, body };
  };

  // One exchange. The key goes along only below the endpoint, whatever address an answer names.
  const call = async (address, options, signal) => {
    const url = new URL(address);
    if (url.href !== plan.endpoint && !url.href.startsWith(`${plan.endpoint}/`)) {
      throw new Problem(`The answer leads to ${url.host}, where this page sends no key.`);
    }
    const headers = { ...options.headers };
    if (plan.key) headers[plan.key[0]] = plan.key[1] + key;
    const kept = { cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer", redirect: "error" };
    const answer = await fetch(url, { ...options, ...kept, headers, signal });
    const text = await answer.text();
    let body;
    try {
      body = JSON.parse(text);
    } catch {
      show(answer.status, text);
      throw new Problem(`The endpoint answered with status ${answer.status} and no JSON.`);
    }
    show(answer.status, body);
    if (!answer.ok) throw new Problem(refusal(answer.status, body, answer.headers));
    return body;
  };

  // What an answer means, by protocol: {picture} an address, {data} base64, {poll} where to ask next, or a problem.
  const job = (body, waiting, done, picture) => {
    if (waiting.includes(body.status)) return { poll: body.id ? polled(body.id) : null };
    if (body.status === done) return picture(body);
    throw new Problem(refusal(200, { error: reason(body) || `the job is ${body.status}` }, new Headers()));
  };
  const polled = (id) => {
    const url = new URL(plan.poll.url.replace("JOB-ID", encodeURIComponent(id)));
    for (const [name, value] of Object.entries(plan.poll.params)) url.searchParams.set(name, value);
    return url.href;
  };
  const MEANINGS = {
    generations: (body) =>
      job(body, ["queued", "running"], "completed", () => ({ picture: body.output?.media?.[0]?.url })),
    "openai-images": (body) => ({ data: body.data?.[0]?.b64_json, picture: body.data?.[0]?.url }),
    "openrouter-images": (body) => {
      if (body.error) throw new Problem(refusal(body.error.code ?? 200, body, new Headers()));
      return { data: body.data?.[0]?.b64_json, picture: body.data?.[0]?.url };
    },
    "openrouter-chat": (body) => {
      if (body.error) throw new Problem(refusal(body.error.code ?? 200, body, new Headers()));
      return { picture: body.choices?.[0]?.message?.images?.[0]?.image_url?.url };
    },
    "replicate-predictions": (body) =>
      job(body, ["starting", "processing"], "succeeded", () => ({ picture: [body.output].flat()[0] })),
    "fal-queue": (body) => {
      if (body.error) throw new Problem(refusal(200, body, new Headers()));
      if (body.status === "COMPLETED") return { poll: body.response_url };
      if (body.status) return { poll: body.status_url };
      return { picture: (body.images?.[0] ?? body.image)?.url };
    },
    gemini: (body) => {
      const candidate = body.candidates?.[0];
      const image = candidate?.content?.parts?.findLast((part) => part.inlineData && !part.thought);
      const why = body.promptFeedback?.blockReason ?? candidate?.finishReason;
      if (!image && why && why !== "STOP") throw new Problem(`A content filter refused the prompt or the picture (${why}).`);
      return { data: image?.inlineData.data };
    },
  };

  // What is shown: never the key, and no string of a million letters.
  const hidden = (text) => (key ? text.replaceAll(key, "[key]") : text);
  const show = (status, body) => {
    const brief = (_, value) => {
      if (typeof value !== "string" || value.length <= SHOWN) return value;
      return `${value.slice(0, 60)}… (${value.length.toLocaleString("en")} characters)`;
    };
    const text = typeof body === "string" ? body.slice(0, 2000) : JSON.stringify(body, brief, 2);
    const answer = at("answer");
    answer.hidden = false;
    answer.querySelector("summary").textContent = `Response, status ${status}`;
    answer.querySelector("pre").textContent = hidden(text);
  };
  const bytes = (data) => {
    const kind = { i: "image/png", "/": "image/jpeg", U: "image/webp" }[data[0]] || "image/png";
    return new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], { type: kind });
  };
  const put = (found, prompt) =>
    new Promise((done, failed) => {
      const inline = /^data:image\/[a-z+]+;base64,(.+)$/.exec(found.picture || "");
      const data = found.data || inline?.[1];
      if (!data && !found.picture) throw new Problem("The answer holds no picture.");
      const source = new URL(data ? (shown = URL.createObjectURL(bytes(data))) : found.picture);
      const elsewhere = () => {
        const link = document.createElement("a");
        link.href = source.href;
        link.rel = "noopener noreferrer";
        link.textContent = `Open the picture at ${source.host}`;
        at("picture").replaceChildren(link);
        done(`Done. The picture lies at ${source.host}, which this page may not show.`);
      };
      at("picture").hidden = false;
      if (!["https:", "blob:"].includes(source.protocol) && source.origin !== new URL(plan.endpoint).origin) {
        failed(new Problem("The answer names no address of a picture."));
      } else if (!data && !plan.pictures.includes(source.origin)) {
        elsewhere();
      } else {
        const image = new Image();
        image.alt = `Picture for the prompt “${prompt}”`;
        image.referrerPolicy = "no-referrer";
        image.addEventListener("load", () => {
          at("picture").replaceChildren(image);
          done(`Done: a picture of ${image.naturalWidth}×${image.naturalHeight}.`);
        });
        image.addEventListener("error", () => (data ? failed(new Problem("The picture could not be read.")) : elsewhere()));
        image.src = source.href;
      }
    });
  const clear = () => {
    if (shown) URL.revokeObjectURL(shown);
    shown = "";
    at("picture").replaceChildren();
    at("picture").hidden = true;
    at("answer").hidden = true;
    at("answer").querySelector("pre").textContent = "";
  };

  // One run: send, poll until the job ends, show.
  const pause = (seconds, signal) =>
    new Promise((done, failed) => {
      const timer = setTimeout(done, seconds * 1000);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        failed(signal.reason);
      });
    });
  const execute = async (ask, prompt, file, signal) => {
    const started = performance.now();
    const passed = () => (performance.now() - started) / 1000;
    const mean = MEANINGS[plan.protocol];
    let next = null;
    let found = mean(await call(ask.url, await prepare(ask, prompt, file), signal));
    for (let wait = 0.5; "poll" in found; wait = Math.min(10, wait * 1.4)) {
      next = found.poll || next;
      if (!next) throw new Problem("The job was accepted, and the answer does not say how to ask for it.");
      if (passed() > LONGEST) throw new Problem("The job still runs after 15 minutes, and this page stops asking for it.");
      say("The job is still running. Asking again until it is done.");
      await pause(wait, signal);
      found = mean(await call(next, { method: "GET" }, signal));
    }
    const took = passed();
    say(`${await put(found, prompt)} It took ${took.toFixed(1)} s.`);
  };

  const task = () => form.querySelector("[type=radio]:checked")?.value ?? Object.keys(plan.asks)[0];
  const busy = (on) => {
    run.disabled = on;
    cancel.hidden = !on;
    if (forget) forget.hidden = !key;
  };
  const missing = (input, text) => {
    input.setAttribute("aria-invalid", "true");
    say(text, "problem");
    input.focus();
  };
  const submit = async () => {
    const [prompt, file] = [at("prompt"), at("file")];
    for (const input of [field, prompt, file]) input?.removeAttribute("aria-invalid");
    if (field?.value.trim()) key = field.value.trim();
    if (field) field.value = "";
    if (plan.key && !key) return missing(field, "No key: put in your own key for the endpoint above.");
    if (!/^[\x21-\x7e]*$/.test(key)) {
      key = "";
      return missing(field, "This is no key: it has letters that no key has.");
    }
    if (field) field.placeholder = "The key is in memory";
    if (!prompt.value.trim()) return missing(prompt, "No prompt: say what to draw.");
    const edits = task() === "edit";
    if (edits && !file.files[0]) return missing(file, "No input image: choose the picture to edit.");
    clear();
    running = new AbortController();
    busy(true);
    cancel.focus();
    say(`Sending the request to ${new URL(plan.endpoint).host}.`);
    const began = Date.now();
    const ticking = setInterval(() => (clock.textContent = `${Math.round((Date.now() - began) / 1000)} s`), 1000);
    try {
      await execute(plan.asks[task()], prompt.value.trim(), edits ? file.files[0] : null, running.signal);
    } catch (error) {
      if (error instanceof Problem) say(error.message, "problem");
      else if (running.signal.aborted) say("Cancelled. A request that was accepted may still be charged.", "problem");
      else if (error instanceof TypeError) say(NO_ANSWER, "problem");
      else say("The request failed in this page.", "problem");
    }
    clearInterval(ticking);
    clock.textContent = "";
    busy(false);
    run.focus();
  };
  const lose = () => {
    key = "";
    if (field) {
      field.value = "";
      field.placeholder = "";
    }
    if (forget) forget.hidden = true;
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!run.disabled) submit();
  });
  cancel.addEventListener("click", () => running?.abort());
  forget.addEventListener("click", () => {
    lose();
    say("The key is forgotten.");
    field.focus();
  });
  addEventListener("pagehide", () => {
    running?.abort();
    lose();
  });
  const choose = () => {
    at("image").hidden = task() !== "edit";
  };
  form.addEventListener("change", choose);
  choose();
  at("open").hidden = true;
  form.hidden = false;
  (field || at("prompt")).focus();
})();
