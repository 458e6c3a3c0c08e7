// A GRU in plain JavaScript: the equations of lesson 06, one character at a time. `model` comes with the page.
"use strict";
const box = document.getElementById(model.name);
const units = model.units, characters = model.characters, size = characters.length, space = characters.indexOf(" ");
const unpack = ({ step, data }) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0)), view = new DataView(bytes.buffer);
  return Float64Array.from({ length: bytes.length / 2 }, (_, i) => view.getInt16(2 * i, true) * step);
};
const table = unpack(model.table), recurrent = unpack(model.recurrent), bias = unpack(model.bias);
const kernel = unpack(model.kernel), offset = unpack(model.offset);
const sigmoid = (x) => 1 / (1 + Math.exp(-x));
const REMEMBERED = 200; // characters of the text that are read; the rest would not change what comes next

// What the reader types, as ids: lower case, and a space for every run of characters the model never saw.
function ids(text) {
  const known = [];
  for (const letter of text) {
    const exact = characters.indexOf(letter), lower = characters.indexOf(letter.toLowerCase());
    const id = exact >= 0 ? exact : lower >= 0 ? lower : space;
    if (id !== space || known[known.length - 1] !== space) known.push(id);
  }
  return known.slice(-REMEMBERED);
}

// h_t from h_{t-1} (u,) and one character: z keeps the old state, r is applied after the product.
function advance(state, id) {
  const wide = 3 * units, gates = Float64Array.from(bias);
  for (let j = 0; j < units; j++) {
    const h = state[j], row = j * wide;
    if (h !== 0) for (let k = 0; k < wide; k++) gates[k] += h * recurrent[row + k];
  }
  const next = new Float64Array(units), row = id * wide;
  for (let j = 0; j < units; j++) {
    const z = sigmoid(table[row + j] + gates[j]), r = sigmoid(table[row + units + j] + gates[units + j]);
    const candidate = Math.tanh(table[row + 2 * units + j] + r * gates[2 * units + j]);
    next[j] = z * state[j] + (1 - z) * candidate;
  }
  return next;
}

const start = () => new Float64Array(units);
const read = (text) => ids(text).reduce(advance, start());

// Probabilities (V,) of the next character.
function distribution(state, temperature = 1) {
  const logits = Float64Array.from(offset);
  for (let j = 0; j < units; j++) for (let k = 0; k < size; k++) logits[k] += state[j] * kernel[j * size + k];
  const top = Math.max(...logits), weights = logits.map((logit) => Math.exp((logit - top) / temperature));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

// The most probable ways to go on to the next space: beam search over characters. `open`: a word has been begun.
function words(state, open, wanted = 3, width = 12, longest = 16) {
  let beam = [{ text: "", state, p: 1 }];
  const ended = [];
  for (let step = 0; step < longest && beam.length; step++) {
    const grown = [];
    for (const { text, state: before, p } of beam) {
      distribution(before).forEach((share, id) => {
        if (id !== space) grown.push({ text: text + characters[id], before, id, p: p * share });
        else if (text || open) ended.push({ text, p: p * share });
      });
    }
    ended.sort((a, b) => b.p - a.p);
    const bar = ended.length >= wanted ? ended[wanted - 1].p : 0; // a longer word can only be less probable
    beam = grown.sort((a, b) => b.p - a.p).slice(0, width).filter((item) => item.p > bar)
      .map(({ text, before, id, p }) => ({ text, state: advance(before, id), p }));
  }
  return ended.slice(0, wanted);
}

const area = box.querySelector("textarea"), heat = box.querySelector("input"), shown = box.querySelector("output");
const first = area.value;
const percent = (p) => (p >= 0.005 ? `${Math.round(100 * p)} %` : "below 1 %");

function key(label, p, typed) {
  const button = document.createElement("button"), share = document.createElement("span");
  button.type = "button";
  button.textContent = label;
  share.className = "share";
  share.textContent = percent(p);
  button.append(share);
  button.addEventListener("click", () => { area.value += typed; propose(); area.focus(); });
  return button;
}

function propose() {
  const text = area.value, state = read(text), open = /\S*$/.exec(text)[0];
  const ranked = Array.from(distribution(state), (p, id) => ({ p, id })).sort((a, b) => b.p - a.p).slice(0, 6);
  box.querySelector(".words").replaceChildren(...words(state, open).map((w) => key(open + w.text, w.p, w.text + " ")));
  box.querySelector(".characters").replaceChildren(
    ...ranked.map(({ p, id }) => key(id === space ? "space" : characters[id], p, characters[id])));
}

area.addEventListener("input", propose);
heat.addEventListener("input", () => { shown.textContent = Number(heat.value).toFixed(1); });
box.querySelector(".write").addEventListener("click", () => {
  let state = read(area.value);
  for (let step = 0; step < 60; step++) {
    let left = Math.random(), id = 0;
    const shares = distribution(state, Number(heat.value));
    while (id < size - 1 && (left -= shares[id]) > 0) id++;
    area.value += characters[id];
    state = advance(state, id);
  }
  area.scrollTop = area.scrollHeight;
  propose();
});
box.querySelector(".again").addEventListener("click", () => { area.value = first; propose(); });
box.probabilities = (text) => Array.from(distribution(read(text))); // for whoever wants to compare with Keras
propose();
box.dataset.ready = "";
