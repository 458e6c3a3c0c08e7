// The room in which the reader's code runs: a frame of a foreign origin, whose policy allows no connection at all.
//
// It starts workers, keeps what makes the next one start quickly (the compiled engine and the picture of its memory),
// and ends one when it is told to. It sees no page; whatever a worker says is passed on unread.
"use strict";

let port, worker, source, given = {}, blob;

function begin() {
  worker = new Worker(blob);
  worker.onmessage = ({ data }) => {
    if (data.kind === "snapshot") {
      given.snapshot = data.snapshot;
    } else {
      port.postMessage(data);
    }
  };
  worker.onerror = event => {
    event.preventDefault();
    port.postMessage({ kind: "failed", error: event.message || "The worker ended." });
  };
  worker.postMessage({ kind: "load", ...given });
}

async function told({ data }) {
  if (data.kind === "load") {
    try {
      source = data.worker;
      blob = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
      given = { files: data.files, unit: data.unit, from: data.from, packages: data.packages };
      if (data.wasm) { given.module = await WebAssembly.compile(data.wasm); }
      begin();
    } catch (error) {
      port.postMessage({ kind: "failed", error: String(error) });
    }
  } else if (data.kind === "stop") {
    worker.terminate();
    begin();
  } else {
    worker.postMessage(data);
  }
}

addEventListener("message", event => {
  if (port || event.source !== parent || !event.ports.length) { return; }
  port = event.ports[0];
  port.onmessage = told;
});
parent.postMessage("room", "*");
