// The engine that needs no network: CPython with NumPy as one WebAssembly file, under the WASI of a small library.
//
// Runs in a worker of the room (room.js), which can reach neither page nor storage nor network. Python gets a file
// system in memory that holds its library, a clock and random numbers, and nothing else.
//
// The first run imports everything and keeps a picture of the memory. Each request is answered by a new instance that
// begins with that picture: a fresh process, without the imports.
/* global shim */
"use strict";

const PAGE = 65536;
const text = new TextEncoder();

let module, files, snapshot;

const REFUSED = 69;  // WASI's number of "read-only file system"
const CREATE = 1, TRUNCATE = 8;

/** The root of the file system: what is there can be read, and nothing can be made or changed. */
class Root extends shim.PreopenDirectory {
  path_open(...given) {
    // dirflags, path, oflags, …
    return given[2] & (CREATE | TRUNCATE) ? { ret: REFUSED, fd_obj: null } : super.path_open(...given);
  }

  path_create_directory() { return REFUSED; }
  path_link() { return REFUSED; }
  path_unlink() { return { ret: REFUSED, inode_obj: null }; }
  path_unlink_file() { return REFUSED; }
  path_remove_directory() { return REFUSED; }
  path_rename() { return REFUSED; }
}

/** The files as directories of the library: one tree, all of it read-only. */
function tree(entries) {
  const root = new Map();
  for (const [path, bytes] of entries) {
    let folder = root;
    const parts = path.split("/");
    const name = parts.pop();
    for (const part of parts) {
      if (!folder.has(part)) { folder.set(part, new shim.Directory(new Map())); }
      folder = folder.get(part).contents;
    }
    folder.set(name, new shim.File(bytes, { readonly: true }));
  }
  return root;
}

/** A writer for a descriptor: whole lines go to `send`. */
function lines(send) {
  const decoder = new TextDecoder("utf-8", { fatal: false });
  let rest = "";
  return new shim.ConsoleStdout(bytes => {
    rest += decoder.decode(bytes, { stream: true });
    const found = rest.split("\n");
    rest = found.pop();
    found.forEach(send);
  });
}

/** A process: an instance with its own memory; `picture` is what its memory begins with. */
async function start(args, input, out, picture) {
  const complaints = [];
  const descriptors = [
    new shim.OpenFile(new shim.File(text.encode(input), { readonly: true })),
    lines(out),
    lines(line => { if (complaints.push(line) > 50) { complaints.shift(); } }),
    new Root("/", tree(files)),
  ];
  const wasi = new shim.WASI(["python", ...args], ["NO_COLOR=1"], descriptors, { debug: false });
  const instance = await WebAssembly.instantiate(module, {
    wasi_snapshot_preview1: wasi.wasiImport,
    host: { call: () => -1 },  // the door to the host leads nowhere
  });
  wasi.inst = instance;
  if (picture) {
    const memory = instance.exports.memory;
    const lacking = picture.byteLength - memory.buffer.byteLength;
    if (lacking > 0) { memory.grow(lacking / PAGE); }
    new Uint8Array(memory.buffer).set(new Uint8Array(picture));
  }
  return { instance, complaints };
}

/** Call an export; the exit of the process is an answer like another. */
function call(instance, name) {
  try {
    return instance.exports[name]();
  } catch (error) {
    if (error instanceof shim.WASIProcExit) { return error.code; }
    throw error;
  }
}

async function load(given) {
  ({ module, files, snapshot } = given);
  if (!snapshot) {
    // What is imported before the picture is taken stands in `pandas`: the name that the engine's initialisation imports
    // besides NumPy. Ours says what this course needs.
    const { instance, complaints } = await start([], "", () => {});
    let code;
    try {
      call(instance, "_initialize");
      code = call(instance, "wizer.initialize");
    } catch (error) {
      code = error.message;
    }
    if (code) { throw new Error(`The engine did not start (${code}). ${complaints.join("\n")}`); }
    snapshot = instance.exports.memory.buffer.slice(0);
    postMessage({ kind: "snapshot", snapshot });
  }
  postMessage({ kind: "ready" });
}

async function run({ id, request }) {
  const send = line => postMessage({ kind: "frame", id, line });
  const process = await start(["-c", "import guest; guest.main()"], JSON.stringify(request), send, snapshot);
  let code = null, error = null;
  try {
    code = call(process.instance, "run");
  } catch (reason) {
    error = String(reason && reason.message || reason);
  }
  postMessage({ kind: "done", id, code, error, complaints: process.complaints.join("\n") });
}

onmessage = async ({ data }) => {
  try {
    await (data.kind === "load" ? load(data) : run(data));
  } catch (error) {
    postMessage({ kind: "failed", id: data.id, error: String(error?.message ?? error) });
  }
};
