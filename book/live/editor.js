// An editor for Python in the place of a text area: CodeMirror, with the colours of the book.

import { defaultKeymap, history, historyKeymap, indentWithTab } from "./editor/codemirror-commands.js";
import { python } from "./editor/codemirror-lang-python.js";
import {
  HighlightStyle, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting,
} from "./editor/codemirror-language.js";
import { EditorState, StateEffect, StateField } from "./editor/codemirror-state.js";
import {
  Decoration, EditorView, drawSelection, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers,
} from "./editor/codemirror-view.js";
import { tags } from "./editor/lezer-highlight.js";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword, tags.moduleKeyword],
    color: "var(--live-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--live-string)" },
  { tag: tags.comment, color: "var(--live-comment)", fontStyle: "italic" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--live-number)" },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)],
    color: "var(--live-name)" },
]);

const marked = StateEffect.define();
const marks = StateField.define({
  create: () => Decoration.none,
  update(value, change) {
    let now = change.docChanged ? Decoration.none : value.map(change.changes);
    for (const effect of change.effects) {
      if (effect.is(marked)) {
        const line = effect.value;
        now = line ? Decoration.set([Decoration.line({ class: "live-wrong" }).range(line.from)]) : Decoration.none;
      }
    }
    return now;
  },
  provide: field => EditorView.decorations.from(field),
});

/** Replace `area` by an editor with the same text and label; `changed` is told of each new text.
 *
 * `run`: what Shift-Enter and Ctrl-Enter do, as in a notebook; without it they are the editor's own.
 */
export function edit(area, label, changed, run = null) {
  const running = run ? ["Shift-Enter", "Mod-Enter"].map(key => ({ key, run: () => { run(); return true; } })) : [];
  const view = new EditorView({
    state: EditorState.create({
      doc: area.value,
      extensions: [
        lineNumbers(), highlightSpecialChars(), history(), drawSelection(), indentOnInput(), bracketMatching(),
        highlightActiveLine(), indentUnit.of("    "), python(), marks, syntaxHighlighting(colours),
        keymap.of([...running, indentWithTab, ...historyKeymap, ...defaultKeymap]),
        EditorView.contentAttributes.of({
          "aria-label": label, tabindex: "0", "aria-describedby": "live-keys", spellcheck: "false", autocapitalize: "off",
        }),
        EditorView.updateListener.of(update => { if (update.docChanged) { changed(update.state.doc.toString()); } }),
      ],
    }),
  });
  area.hidden = true;
  area.after(view.dom);
  return {
    text: () => view.state.doc.toString(),
    replace(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    mark(number) {
      const known = number >= 1 && number <= view.state.doc.lines;
      view.dispatch({ effects: marked.of(known ? view.state.doc.line(number) : null) });
    },
    go(number) {
      const line = view.state.doc.line(Math.min(Math.max(number, 1), view.state.doc.lines));
      view.dispatch({ selection: { anchor: line.from }, scrollIntoView: true });
      view.focus();
    },
  };
}
