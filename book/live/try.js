// Try it: the cells of a lesson that build the idea, edited and run on the lesson's page.
//
// Nothing but this file is loaded before the reader presses a button; then one engine serves all cells of the page.
// The engine answers each run in a fresh process, so what was run before goes first, as it was and in the same order,
// and shows nothing: the names are those of a notebook whose cells were run so. A run that was stopped, or that ended
// with an error, leaves nothing behind. Edits live as long as the page.

const plan = JSON.parse(document.getElementById("live-try-plan").textContent);
const cells = plan.cells.map(cell => ({ ...cell, ran: false, editor: null, box: null }));
const done = [];  // the runs whose names are there: { name, source }
const watching = new Set();  // who is told of each byte
let parts = null, running = null, spent = 0;  // seconds that all of `done` took

for (const box of document.querySelectorAll(".live-try")) {
  const cell = cells.find(one => one.id === box.dataset.cell);
  cell.box = box;
  box.hidden = false;
  box.querySelector("button").addEventListener("click", () => open(cell));
}

// --- loading ---------------------------------------------------------------------------------------------------------

/** Everything that a press of the first button loads. */
async function loaded() {
  const [{ Engine, mustBeAble, remember }, { edit }, shown] = await Promise.all([
    import("./engine.js"), import("./editor.js"), import("./shown.js"),
  ]);
  mustBeAble(plan);
  const engine = new Engine(plan);
  await engine.load(bytes => watching.forEach(watch => watch(plan.editor + bytes)));
  remember(plan);
  return { engine, edit, ...shown };
}

async function open(cell) {
  const button = cell.box.querySelector("button"), progress = cell.box.querySelector("progress");
  const state = cell.box.querySelector(".live-state");
  if (button.getAttribute("aria-disabled")) { return; }
  button.setAttribute("aria-disabled", "true");
  const watch = bytes => {
    progress.value = bytes;
    state.textContent = `Loading: ${(bytes / 1e6).toFixed(1)} of ${(plan.size / 1e6).toFixed(1)} MB`;
  };
  document.querySelectorAll(".live-try .live-size").forEach(size => size.remove());
  if (!parts || watching.size) {
    progress.hidden = false;
    progress.max = plan.size;
    state.textContent = "Loading …";
    watching.add(watch);
  }
  try {
    parts ??= loaded();
    const ready = await parts;
    state.textContent = "";
    edited(cell, ready, document.activeElement === button);
    document.documentElement.dataset.live = "ready";
  } catch (error) {
    console.warn(error);
    parts = null;
    document.documentElement.dataset.live = "failed";
    state.textContent = `Python could not be started in this browser: ${String(error.message).split("\n").at(-1).slice(0, 300)}`;
  }
  watching.delete(watch);
  progress.hidden = true;
  button.removeAttribute("aria-disabled");
}

// --- a cell that is open ---------------------------------------------------------------------------------------------

/** Put an editor in the place of the cell's code, with its buttons and its output below. */
function edited(cell, ready, focus) {
  const { element, say } = ready;
  const area = element("textarea", "");
  area.value = cell.source;
  const hidden = () => `<span class="live-hidden"> ${cell.name}</span>`;
  const field = element("div", "live-field"), row = element("div", "live-run");
  field.append(area);
  row.innerHTML = `<button type="button" class="live-button" data-run>Run${hidden()}</button>`
    + `<button type="button" class="live-button live-quiet" data-stop hidden>Stop${hidden()}</button>`
    + `<button type="button" class="live-button live-quiet" data-reset>Reset${hidden()}</button>`
    + '<span class="live-said" role="status"></span>'
    + `<div class="live-output" role="region" aria-label="What ${cell.name} gave" hidden></div>`;
  cell.box.replaceChildren(field, row);
  if (!document.getElementById("live-keys")) {
    const keys = element("p", "live-keys");
    keys.id = "live-keys";
    keys.textContent = "Shift-Enter runs the cell. Tab indents; press Esc, then Tab, to leave the editor.";
    field.after(keys);
  }
  cell.editor = ready.edit(area, `Code of ${cell.name}`, () => {}, () => run(cell, ready));
  cell.lesson = [...cell.box.parentElement.querySelectorAll(":scope > .cell_output")];
  cell.box.parentElement.querySelector(":scope > .cell_input").hidden = true;
  const [begun, stop, reset] = row.querySelectorAll("button");
  begun.addEventListener("click", () => run(cell, ready));
  stop.addEventListener("click", () => ready.engine.stop());
  reset.addEventListener("click", () => {
    cell.editor.replace(cell.source);
    cell.editor.mark(0);
    cell.ran = false;
    show(cell, null);
    say(row.querySelector(".live-said"), "As in the lesson.");
  });
  if (focus) { cell.editor.go(1); }
}

/** Show `shown` as what the cell gave; null: what the lesson shows. */
function show(cell, shown) {
  const output = cell.box.querySelector(".live-output");
  output.hidden = !shown?.length;
  output.replaceChildren(...shown ?? []);
  cell.lesson.forEach(box => { box.hidden = shown !== null; });
}

// --- running ---------------------------------------------------------------------------------------------------------

async function run(cell, ready) {
  const { engine, ended, say, why } = ready;
  const said = cell.box.querySelector(".live-said");
  if (running) {
    say(said, running === cell ? "It is running: wait for it, or stop it." : "Another cell is running: wait for it, or stop it.");
    return;
  }
  const begun = cell.box.querySelector("[data-run]"), stop = cell.box.querySelector("[data-stop]");
  running = cell;
  delete cell.box.dataset.why;
  begun.setAttribute("aria-disabled", "true");
  say(said, "Running …");
  const soon = setTimeout(() => { stop.hidden = false; }, 300);
  cells.forEach(one => one.editor?.mark(0));
  const now = [...cells.slice(0, cells.indexOf(cell)).filter(one => !one.ran), cell];
  const made = now.map(one => ({ name: one.name, source: one.editor?.text() ?? one.source }));
  const all = [{ name: "before", source: plan.before }, ...done, ...made];
  const first = all.length - made.length, last = all.length - 1;
  const frames = [];
  const outcome = await engine.run(
    { cells: all.map((one, place) => ({ id: String(place), ...one })), show: String(last) },
    { seconds: plan.seconds + spent, onFrame: frame => { if (frames.length < 200) { frames.push(frame); } } },
  );
  clearTimeout(soon);
  if (document.activeElement === stop) { begun.focus(); }
  stop.hidden = true;
  begun.removeAttribute("aria-disabled");
  running = null;
  const wrong = frames.filter(frame => frame.kind === "error" && Number(frame.cell) >= first)
    .sort((one, other) => one.cell - other.cell)[0];
  if (outcome.why === "done") {
    const good = wrong ? Number(wrong.cell) - first : made.length;
    done.push(...made.slice(0, good));
    now.slice(0, good).forEach(one => { one.ran = true; });
    if (good) { spent = outcome.seconds; }
  }
  const before = wrong && Number(wrong.cell) < last ? now[Number(wrong.cell) - first] : null;
  const printed = before ? [] : frames.filter(frame => frame.kind !== "error" && frame.cell === String(last));
  show(cell, [
    ...printed.map(frame => ready.printed(String(frame.text))),
    ...before ? [ready.note(`\`${before.name}\` comes first, and stopped:`)] : [],
    ...wrong ? [ready.stopped(wrong, (before ?? cell).name, line(before ?? cell, ready))] : [],
    ...why(outcome, cell.name, plan.seconds),
  ]);
  const silent = outcome.why === "done" && !printed.length;
  say(said, wrong ? "An error stopped it." : ended(outcome, plan.seconds) + (silent ? " It shows nothing; its names are there." : ""));
  cell.box.dataset.why = wrong ? "error" : outcome.why;
}

/** The editor of a cell, which opens when a line of it is asked for. */
function line(cell, ready) {
  const there = () => { if (!cell.editor) { edited(cell, ready, false); } return cell.editor; };
  return { mark: number => cell.editor?.mark(number), go: number => { there().mark(number); there().go(number); } };
}
