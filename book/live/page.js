// The page of a graded unit: fields, checks, progress, and the notebook that comes out of it.
//
// What is written is kept in the browser's storage, cell by cell, from the first letter on. Nothing is loaded before the
// reader presses Start. Whatever comes back from the engine may have been written by the reader's code: it is shown as
// text, or as the few elements and styles that cards are made of.

import { Engine, mustBeAble, remember } from "./engine.js";
import { element, ended, note, printed, say, stopped, why } from "./shown.js";

const plan = JSON.parse(document.getElementById("live-plan").textContent);
const cells = new Map(plan.cells.map(cell => [cell.id, cell]));
const released = new Map(plan.notebook.cells.map(cell => [cell.id, joined(cell.source)]));
const fields = new Map();  // cell id: { get, set, mark, go }
const PLACE = `course:${plan.unit}`;
let engine = null, running = null;

function joined(source) {
  return Array.isArray(source) ? source.join("") : source;
}

// --- what is kept ----------------------------------------------------------------------------------------------------

function kept() {
  try {
    return JSON.parse(localStorage.getItem(PLACE)) ?? {};
  } catch {
    return {};
  }
}

function keep(id, text) {
  const all = kept();
  if (text === beginning(id)) { delete all[id]; } else { all[id] = text; }
  try {
    localStorage.setItem(PLACE, JSON.stringify(all));
  } catch {
    say(document.querySelector(".live-bar .live-state"),
      "This browser keeps nothing for this site: download the notebook before you leave.");
  }
}

/** What a field holds before anybody writes: code as released, nothing elsewhere. */
function beginning(id) {
  return cells.get(id).role === "code" ? released.get(id) : "";
}

// --- fields ----------------------------------------------------------------------------------------------------------

for (const box of document.querySelectorAll(".live-field")) {
  const id = box.dataset.cell, input = box.querySelector("textarea, input, select");
  const stored = kept()[id];
  if (typeof stored === "string") { input.value = stored; }
  input.addEventListener("input", () => keep(id, input.value));
  fields.set(id, { box, input, get: () => input.value, set: text => { input.value = text; keep(id, text); },
    mark: () => {}, go: () => input.focus() });
  box.querySelector("[data-reset]")?.addEventListener("click", () => {
    fields.get(id).set(released.get(id));
    fields.get(id).mark(0);
  });
}

/** The cell as it goes into the notebook and into the engine. */
function source(cell) {
  const field = fields.get(cell.id);
  if (!field) { return released.get(cell.id); }
  const text = field.get();
  if (cell.role === "written") { return text.trim() ? text : released.get(cell.id); }
  if (cell.role === "field") {
    // name = ""  # @param …
    return released.get(cell.id).replace(/""/, () => literal(text.trim()));
  }
  return text;
}

/** A text as Python writes it. */
function literal(text) {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

// --- starting --------------------------------------------------------------------------------------------------------

const start = document.querySelector(".live-start");
const bar = document.querySelector(".live-bar");
const state = bar.querySelector(".live-state");

if (start && location.protocol === "file:") {
  start.disabled = true;
  say(state, "This page was opened as a file, and a browser loads no engine from files. Open it from a server: "
    + "“python -m http.server” in the book's folder, then http://localhost:8000.");
}

start?.addEventListener("click", async () => {
  start.disabled = true;
  const progress = bar.querySelector("progress");
  progress.hidden = false;
  progress.max = plan.size;
  const shown = bytes => {
    progress.value = bytes;
    say(state, `Loading: ${(bytes / 1e6).toFixed(1)} of ${(plan.size / 1e6).toFixed(1)} MB`);
  };
  try {
    mustBeAble(plan);
    const { edit } = await import("./editor.js");
    for (const [id, field] of fields) {
      if (cells.get(id).role === "code") { enhance(id, field, edit); }
    }
    engine = new Engine(plan);
    await engine.load(bytes => shown(plan.editor + bytes));
    progress.hidden = true;
    start.hidden = true;
    bar.querySelector(".live-size").hidden = true;
    say(state, "Ready. Press Check below an exercise.");
    document.documentElement.dataset.live = "ready";
    remember(plan);
  } catch (error) {
    console.warn(error);
    engine = null;
    start.disabled = false;
    progress.hidden = true;
    document.documentElement.dataset.live = "failed";
    say(state, `Python could not be started in this browser: ${String(error.message).split("\n").at(-1).slice(0, 300)}. You can write here all the same, download `
      + "the notebook below, and run it in Colab.");
  }
});

function enhance(id, field, edit) {
  const label = field.box.querySelector("label").textContent;
  const editor = edit(field.input, label, text => keep(id, text));
  Object.assign(field, { get: editor.text, set: editor.replace, mark: editor.mark, go: editor.go });
  field.box.querySelector("label").addEventListener("click", () => editor.go(1));
}

// --- checks ----------------------------------------------------------------------------------------------------------

for (const box of document.querySelectorAll(".live-run")) {
  box.querySelector("[data-run]").addEventListener("click", () => run(box));
  box.querySelector("[data-stop]").addEventListener("click", () => engine.stop());
}

/** The cells that a check needs: what is given and what was written above it, and the check itself. */
function needed(id) {
  const target = cells.get(id), found = [];
  const quiz = target.role === "show" || target.name === "test_quiz";
  for (const cell of plan.cells) {
    const wanted = cell.role === "given" || (cell.role === "start" && !/%pip/.test(cell.source))
      || (quiz ? cell.role === "field" : cell.role === "code");
    if (cell.id === id || wanted) { found.push({ id: cell.id, name: cell.name, source: source(cell) }); }
    if (cell.id === id) { break; }
  }
  return found;
}

async function run(box) {
  const id = box.dataset.cell, said = box.querySelector(".live-said"), output = box.querySelector(".live-output");
  if (!engine) {
    say(said, start && !start.hidden ? "Press Start at the top of the page first." : "Nothing runs code on this page.");
    start?.scrollIntoView({ block: "center" });
    start?.focus();
    return;
  }
  if (running) {
    say(said, "Another check is running: wait for it, or stop it.");
    return;
  }
  const name = cells.get(id).name.replace(/^(test|show)_/, "");
  const begun = box.querySelector("[data-run]"), stop = box.querySelector("[data-stop]");
  running = id;
  delete box.dataset.why;
  begun.setAttribute("aria-disabled", "true");
  say(said, "Running …");
  const soon = setTimeout(() => { stop.hidden = false; }, 300);
  const frames = [];
  fields.forEach(field => field.mark(0));
  const outcome = await engine.run(
    { unit: plan.unit, cells: needed(id), show: id },
    { seconds: plan.seconds, onFrame: frame => { if (frames.length < 200) { frames.push(frame); } } },
  );
  clearTimeout(soon);
  if (document.activeElement === stop) { begun.focus(); }
  stop.hidden = true;
  begun.removeAttribute("aria-disabled");
  running = null;
  output.hidden = false;
  output.replaceChildren(...shown(id, frames, outcome));
  box.dataset.why = outcome.why;
  say(said, ended(outcome, plan.seconds));
  output.append(...why(outcome, name, plan.seconds));
}

/** What is put below a check: its own output; in its place the first error of a cell that it needs. */
function shown(id, frames, outcome) {
  const mine = frames.filter(frame => cells.has(frame.cell));
  const errors = mine.filter(frame => frame.kind === "error");
  const exercise = cells.get(id).name.replace(/^test_/, "");
  const own = errors.find(frame => cells.get(frame.cell).name === exercise);
  const before = own ?? errors.find(frame => frame.cell !== id);
  const rest = mine.filter(frame => frame.cell === id);
  const failed = rest.some(frame => frame.kind === "error");
  const parts = before && failed ? [wrong(before)] : [...(own ? [wrong(own)] : []), ...rest.map(frame => (
    frame.kind === "html" ? safe(String(frame.text))
      : frame.kind === "error" ? wrong(frame) : printed(String(frame.text))))];
  if (!parts.length && outcome.why === "done") { parts.push(note("There is nothing to show.")); }
  return parts;
}

function wrong(frame) {
  return stopped(frame, cells.get(frame.cell).name, fields.get(frame.cell));
}

// --- cards -----------------------------------------------------------------------------------------------------------

const TAGS = new Set("DIV SPAN STRONG CODE BR PRE DETAILS SUMMARY A P TABLE TBODY THEAD TR TD TH UL OL LI SUB SUP I B EM"
  .split(" "));
const STYLES = new Set(`max-width margin margin-top margin-right margin-bottom margin-left padding padding-top padding-right
  padding-bottom padding-left border-top-width border-top-style border-top-color border-right-width border-right-style
  border-right-color border-bottom-width border-bottom-style border-bottom-color border-left-width border-left-style
  border-left-color border-top-left-radius border-top-right-radius border-bottom-left-radius border-bottom-right-radius
  border-collapse font-size font-family font-weight line-height color background-color overflow-wrap overflow-x
  white-space text-align opacity display flex-grow flex-shrink flex-basis flex-wrap justify-content row-gap column-gap
  min-width vertical-align cursor`.split(/\s+/));
const ATTRIBUTES = new Set(["role", "aria-label", "aria-hidden", "scope"]);
const MOST_ELEMENTS = 3000;

/** A card, rebuilt of the elements, attributes and styles that cards are made of; everything else stays outside. */
export function safe(text) {
  const parsed = new DOMParser().parseFromString(text, "text/html");
  let left = MOST_ELEMENTS;
  const rebuilt = (node, into) => {
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) {
        into.append(child.textContent);
      } else if (child.nodeType === Node.ELEMENT_NODE && TAGS.has(child.tagName) && left-- > 0) {
        const made = document.createElement(child.tagName);
        for (const name of child.style) {
          const value = child.style.getPropertyValue(name);
          if (STYLES.has(name) && !/url|image|expression|var\(/i.test(value)) { made.style.setProperty(name, value); }
        }
        for (const { name, value } of child.attributes) {
          if (ATTRIBUTES.has(name)) { made.setAttribute(name, value); }
        }
        if (child.tagName === "A") { link(made, child.getAttribute("href") ?? ""); }
        if (child.tagName === "PRE") { made.tabIndex = 0; }
        rebuilt(child, made);
        into.append(made);
      }
    }
    return into;
  };
  return rebuilt(parsed.body, element("div", "live-card"));
}

/** Only to this book; where it is published, cards say with its address, and here it is beside us. */
function link(made, address) {
  if (!address.startsWith(plan.book)) { return; }
  made.href = new URL(plan.root + address.slice(plan.book.length), location.href).href;
}

// --- the notebook ----------------------------------------------------------------------------------------------------

/** The released notebook with everything that was written on the page. */
export function notebook() {
  const made = structuredClone(plan.notebook);
  for (const cell of made.cells) {
    const known = cells.get(cell.id);
    const text = known && fields.has(cell.id) ? source(known) : joined(cell.source);
    cell.source = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  }
  return JSON.stringify(made, null, 1) + "\n";
}

document.querySelector(".live-download").addEventListener("click", () => {
  const made = URL.createObjectURL(new Blob([notebook()], { type: "application/x-ipynb+json" }));
  const link = document.createElement("a");
  link.href = made;
  link.download = `${plan.unit}.ipynb`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(made), 60000);
  say(document.querySelector(".live-end .live-state"),
    `${plan.unit}.ipynb holds what you have written. Hand it in under this name.`);
});
