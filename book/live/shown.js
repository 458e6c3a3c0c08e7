// How the pages say what came of a run. What the reader's code has printed is shown as text, never as markup.

/** How a run ended, in a few words. */
export function ended(outcome, seconds) {
  return {
    done: `Done in ${outcome.seconds.toFixed(1)} s.`, stopped: "Stopped.", late: `Stopped after ${seconds} seconds.`,
    failed: "It did not end well.",
  }[outcome.why];
}

/** What the reader should know of a run of `name` that did not end by itself: one note, or none. */
export function why(outcome, name, seconds) {
  if (outcome.why === "late") {
    return [note(`\`${name}\` was not ready after ${seconds} seconds, so it was stopped. Is there a loop that never ends? `
      + "Try it on a small example, and print what changes from turn to turn.")];
  }
  if (outcome.why === "failed") {
    return [note(/memory|allocat/i.test(outcome.error) ? "Your code used more memory than there is on this page."
      : "Python ended before your code did. It may have ended Python itself, or used too much memory or too deep a recursion.")];
  }
  return [];
}

/** The error of a cell called `name`; where its line is known and it has an editor, that line is marked and can be reached. */
export function stopped(frame, name, editor) {
  const box = element("div", "live-error");
  const number = Number.isInteger(frame.line) ? frame.line : null;
  if (editor && number) {
    const go = element("button", "live-button live-quiet");
    go.type = "button";
    go.textContent = `Go to line ${number} of ${name}`;
    go.addEventListener("click", () => editor.go(number));
    editor.mark(number);
    box.append(go);
  }
  box.append(printed(String(frame.text)));
  return box;
}

/** A text in a box of its own, which the keyboard can scroll. */
export function printed(text) {
  const pre = element("pre", "live-printed");
  pre.tabIndex = 0;
  pre.textContent = text;
  return pre;
}

/** A paragraph; what stands between back-ticks is code. */
export function note(text) {
  const box = element("p", "live-note");
  text.split("`").forEach((part, index) => {
    const piece = index % 2 ? document.createElement("code") : document.createTextNode(part);
    if (index % 2) { piece.textContent = part; }
    box.append(piece);
  });
  return box;
}

export function element(tag, name) {
  const made = document.createElement(tag);
  made.className = name;
  return made;
}

/** Put `text` into a live region, once. */
export function say(place, text) {
  if (place && place.textContent !== text) { place.textContent = text; }
}
