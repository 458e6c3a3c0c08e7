// The seam between page and engine: load, run, stop. Which engine it is, the page does not know.
//
//     const engine = new Engine(plan);             plan: what the build wrote into the page
//     await engine.load((done, all) => …);         bytes
//     for await … engine.run(request, {seconds, onFrame})
//     engine.stop();                               the run that is going on ends with "stopped"
//
// The engine lives in a frame of a foreign origin (room.js). Nothing of it is loaded before `load`.

const MAGIC = 0x8b1f;  // how gzip begins
const MOST_LINE = 20_000_000;  // characters; a card has a few thousand
export const KEPT = "live-engine";  // the cache of files whose names hold their hashes

/** The answer to `url`: from the cache where it is kept, else from the site, and kept. */
async function answer(url) {
  const cache = await globalThis.caches?.open(KEPT).catch(() => null);
  const known = await cache?.match(url);
  if (known) { return known; }
  const response = await fetch(url);
  if (!response.ok) { throw new Error(`${url}: ${response.status} ${response.statusText}`); }
  // A browser that has no room for it loads it again next time.
  cache?.put(url, response.clone()).catch(() => {});
  return response;
}

/** Fetch `url`, telling `onBytes` of each piece; the content unpacked. */
async function fetched(url, onBytes) {
  const response = await answer(url);
  const pieces = [];
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) { break; }
    pieces.push(value);
    onBytes(value.byteLength);
  }
  const blob = new Blob(pieces);
  const head = new DataView(await blob.slice(0, 2).arrayBuffer());
  // A server may have unpacked it already.
  if (head.byteLength < 2 || head.getUint16(0, true) !== MAGIC) { return blob.arrayBuffer(); }
  return new Response(blob.stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/** The files of a pack: a length, a list of [path, size] as JSON, then the files one after the other. */
export function unpacked(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const list = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let at = 4 + length;
  return list.map(([path, size]) => {
    const bytes = new Uint8Array(buffer.slice(at, at + size));
    at += size;
    return [path, bytes];
  });
}

export class Engine {
  #plan; #frame; #port; #waiting = null; #ready; #id = 0;

  constructor(plan) {
    this.#plan = plan;
  }

  /** Bytes that `load` fetches. */
  get size() {
    return this.#plan.files.reduce((sum, file) => sum + file.bytes, 0);
  }

  async load(onBytes = () => {}) {
    let done = 0;
    const count = bytes => onBytes(done += bytes, this.size);
    const got = new Map(await Promise.all(
      this.#plan.files.map(async file => [file.role, await fetched(file.url, count)]),
    ));
    const files = unpacked(got.get("pack"));
    const wasm = files.findIndex(([path]) => path === "python.wasm");
    const engine = wasm < 0 ? null : files.splice(wasm, 1)[0][1];
    if (this.#plan.unit) { files.push([`course/autograder/bundles/${this.#plan.unit}.zip`, new Uint8Array(got.get("bundle"))]); }
    files.push(["course/unit", new TextEncoder().encode(this.#plan.unit)]);
    await this.#open();
    const ready = this.#expect();
    this.#port.postMessage({
      kind: "load", wasm: engine, files, unit: this.#plan.unit, from: this.#plan.from ?? null,
      packages: this.#plan.packages,
      worker: new TextDecoder().decode(got.get("worker")),
    });
    await ready;
  }

  async #open() {
    this.#frame = document.createElement("iframe");
    this.#frame.sandbox = "allow-scripts";
    this.#frame.hidden = true;
    this.#frame.title = "Where your code runs";
    this.#frame.srcdoc = this.#plan.room;
    const channel = new MessageChannel();
    this.#port = channel.port1;
    this.#port.onmessage = ({ data }) => this.#heard(data);
    await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("The room for your code did not open.")), 20000);
      addEventListener("message", event => {
        if (event.source === this.#frame.contentWindow) { clearTimeout(late); resolve(); }
      }, { once: true });
      document.body.append(this.#frame);
    });
    this.#frame.contentWindow.postMessage("port", "*", [channel.port2]);
  }

  #expect() {
    this.#ready = {};
    this.#ready.promise = new Promise((resolve, reject) => Object.assign(this.#ready, { resolve, reject }));
    this.#ready.promise.catch(() => {});
    return this.#ready.promise;
  }

  #heard(data) {
    const run = this.#waiting;
    if (data.kind === "ready") {
      this.#ready.resolve();
    } else if (data.kind === "failed" && (!run || data.id !== run.id)) {
      this.#ready.reject(new Error(String(data.error)));
      if (run) { this.#end({ why: "failed", error: String(data.error) }); }
    } else if (run && data.id === run.id) {
      if (data.kind === "frame") {
        let frame = null;
        try { frame = data.line.length <= MOST_LINE ? JSON.parse(data.line) : null; } catch { /* the reader's code wrote to descriptor 1 itself */ }
        if (frame && frame.kind === "end") { run.whole = true; } else if (frame) { run.onFrame(frame); }
      } else if (data.kind === "done") {
        this.#end({ why: run.whole ? "done" : "failed", error: data.error ?? "", complaints: data.complaints ?? "" });
      } else if (data.kind === "failed") {
        this.#end({ why: "failed", error: String(data.error) });
      }
    }
  }

  #end(outcome) {
    const run = this.#waiting;
    this.#waiting = null;
    clearTimeout(run.timer);
    run.resolve({ ...outcome, seconds: (performance.now() - run.began) / 1000 });
  }

  /** Run the cells of `request`; `why` of the outcome is done, stopped, late or failed. One run at a time. */
  async run(request, { seconds, onFrame }) {
    if (this.#waiting) { throw new Error("A run is going on."); }
    const run = { id: ++this.#id, onFrame, began: performance.now(), whole: false };
    this.#waiting = run;
    const outcome = new Promise(resolve => { run.resolve = resolve; });
    await this.#ready.promise;
    if (this.#waiting !== run) { return outcome; }
    run.timer = setTimeout(() => this.#stopAs("late"), seconds * 1000);
    this.#port.postMessage({ kind: "run", id: run.id, request });
    return outcome;
  }

  stop() {
    this.#stopAs("stopped");
  }

  #stopAs(why) {
    if (!this.#waiting) { return; }
    this.#expect();
    this.#port.postMessage({ kind: "stop" });
    this.#end({ why });
  }
}

/** Throws where this browser cannot run the engine: it needs exceptions of WebAssembly 3, and streams that unpack. */
export function mustBeAble(plan) {
  const module = new Uint8Array([
    0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 0, 31, 64, 0, 11, 11,
  ]);
  if (plan.engine === "wasi" && !(typeof DecompressionStream === "function" && WebAssembly.validate(module))) {
    throw new Error("it is too old. A browser of 2025 or later can: Chrome 137, Firefox 131, Safari 18.4");
  }
}

/** Keep the page and what it is made of, for when there is no network. */
export async function remember(plan) {
  if (!("serviceWorker" in navigator)) { return; }
  try {
    await navigator.serviceWorker.register(new URL(plan.root + plan.worker, location.href));
    const ready = await navigator.serviceWorker.ready;
    const urls = performance.getEntriesByType("resource").map(entry => entry.name)
      .filter(url => url.startsWith(location.origin) && !plan.files.some(file => url.endsWith(file.url.replace(/^.*\//, ""))));
    const channel = new MessageChannel();
    channel.port1.onmessage = () => { document.documentElement.dataset.offline = "ready"; };
    ready.active.postMessage({ kind: "keep", urls: [...new Set([location.href.split("#")[0], ...urls])] },
      [channel.port2]);
  } catch {
    // Without it the page works as long as there is a network.
  }
}
