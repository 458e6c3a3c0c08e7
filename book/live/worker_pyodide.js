// The engine that comes from elsewhere: Pyodide, from the one address that the site's policy allows besides the site.
//
// The same files, the same requests and the same lines as in worker_wasi.js. Two things are less: all checks share one
// process, so what the reader's code does to a module stays until it is stopped; and Python can reach JavaScript, so
// what a worker could use to speak to anybody is taken away before any of the reader's code runs.
"use strict";

const AWAY = ["fetch", "XMLHttpRequest", "WebSocket", "WebTransport", "EventSource", "RTCPeerConnection", "importScripts",
  "Worker", "SharedWorker", "BroadcastChannel", "indexedDB", "caches", "navigator"];
const post = postMessage.bind(globalThis);
let python, send = () => {};

async function load({ files, from, unit, packages = ["numpy"] }) {
  importScripts(`${from}pyodide.js`);
  python = await loadPyodide({ indexURL: from });
  if (packages.length) { await python.loadPackage(packages, { messageCallback: () => {} }); }
  for (const [path, bytes] of files) {
    const place = `/${path}`;
    python.FS.mkdirTree(place.replace(/\/[^/]*$/, ""));
    python.FS.writeFile(place, bytes);
  }
  const decoder = new TextDecoder();
  let rest = "";
  python.setStdout({ write: bytes => {
    rest += decoder.decode(bytes, { stream: true });
    const found = rest.split("\n");
    rest = found.pop();
    found.forEach(line => send(line));
    return bytes.length;
  } });
  python.runPython(`import sys, json\nsys.path.insert(0, "/course")\nimport guest\nguest.warm(${JSON.stringify(unit)})`);
  for (const name of AWAY) {
    for (let owner = globalThis; owner; owner = Object.getPrototypeOf(owner)) {
      if (Object.hasOwn(owner, name)) { Object.defineProperty(owner, name, { value: undefined, configurable: false }); }
    }
  }
  post({ kind: "ready" });
}

function run({ id, request }) {
  send = line => post({ kind: "frame", id, line });
  let error = null;
  const names = python.toPy({ request: JSON.stringify(request) });
  try {
    python.runPython("import guest, json\nguest.answer(json.loads(request))", { globals: names });
  } catch (reason) {
    error = String(reason?.message ?? reason).slice(-2000);
  } finally {
    names.destroy();
  }
  post({ kind: "done", id, code: error ? 1 : 0, error, complaints: "" });
}

onmessage = async ({ data }) => {
  try {
    await (data.kind === "load" ? load(data) : run(data));
  } catch (error) {
    post({ kind: "failed", id: data.id, error: String(error?.message ?? error) });
  }
};
