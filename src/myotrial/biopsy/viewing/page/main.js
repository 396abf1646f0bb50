// The page of a reader: asks the server for the state, shows one section, sends what is answered.

import { Form } from "./form.js";
import { Drawing, list, outlines } from "./regions.js";
import { Threshold } from "./threshold.js";
import { layer, painted, picture, Tiles } from "./tiles.js";
import { View } from "./view.js";

const element = (id) => document.getElementById(id);
const status = (text, bad = false) => {
  element("status").textContent = text;
  element("status").classList.toggle("bad", bad);
};

let state, view, section, about = null, cells = [], drawing = null, timer;

async function ask(path, content) {
  const answer = await fetch(path, content && {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(content),
  });
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.error);
  return found;
}

const changed = (error) => {
  if (error) status(error.message, true);
  view?.changed();
};
const slides = new Tiles("tile", picture, changed);
const layers = new Tiles("layer", layer, changed);
const threshold = new Threshold(element, changed);
const form = new Form(element, save);
const on = (name) => element(name).checked;

function draw(now) {
  const { pen, width, height, ratio } = now;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  now.tiles(slides);
  if (about && (on("positive") || on("tissue"))) {
    const wish = { positive: on("positive"), tissue: on("tissue"), threshold: threshold.value };
    pen.globalAlpha = Number(element("opacity").value) / 100;
    pen.imageSmoothingEnabled = false;
    now.tiles(layers, (tile) => painted(tile, wish));
    pen.imageSmoothingEnabled = true;
    pen.globalAlpha = 1;
  }
  if (on("cells")) for (const cell of cells) dot(now, cell);
  outlines(now, section.regions, drawing);
  now.bar();
  if (!about) return;
  threshold.count(now.box());
  if (on("cells")) {
    clearTimeout(timer);
    timer = setTimeout(() => nuclei(now.box()), 300);
  }
}

function dot(now, [x, y, positive]) {
  const { pen } = now;
  const [px, py] = now.outside(x, y);
  pen.globalAlpha = Number(element("opacity").value) / 100;
  pen.beginPath();
  pen.arc(px, py, positive ? 5 : 4, 0, 2 * Math.PI);
  pen.lineWidth = 2;
  pen.strokeStyle = positive ? "#d40000" : "#1f3fd0";
  pen.stroke();
  if (positive) {
    pen.beginPath();
    pen.arc(px, py, 1.5, 0, 2 * Math.PI);
    pen.fillStyle = "#d40000";
    pen.fill();
  }
  pen.globalAlpha = 1;
}

let counted = "";
async function nuclei(box) {
  const wish = `${section.code}?${new URLSearchParams(box)}`;
  if (wish === counted) return;
  counted = wish;
  const found = await ask(`cells/${wish}`).catch(() => ({ cells: [] }));
  if (wish !== counted) return;
  cells = found.cells;
  view.changed();
}

async function show(code) {
  section = state.sections.find((one) => one.code === code);
  [about, cells, counted] = [null, [], ""];
  stop();
  slides.show(code);
  layers.show(code);
  status("");
  view ??= new View(element("picture"), state.canvas, draw);
  view.fit();
  refresh();
  if (!state.helped) return;
  try {
    const found = await ask(`about/${code}`);
    if (section.code !== code) return;
    about = found;
    element("cells").disabled = !about.counted;
    element("preview").hidden = about.measured;
    element("preview").textContent = "Not measured yet: stains are taken from this section alone.";
    threshold.show(code, about.operating);
  } catch (error) {
    status(error.message, true);
  }
}

function refresh() {
  const { sections, committed } = state;
  section = sections.find((one) => one.code === section.code);
  const done = sections.filter((one) => one.answer).length;
  element("section").replaceChildren(...sections.map((one, index) => {
    const option = document.createElement("option");
    option.value = one.code;
    option.textContent = `${index + 1}. ${one.code}${one.answer ? " ✓" : ""}`;
    option.selected = one.code === section.code;
    return option;
  }));
  element("progress").textContent = `${done} of ${sections.length} answered`;
  form.show(section, committed);
  list(element("regions"), section, committed, (number) => send("restore", { code: section.code, number }));
  element("drawing").hidden = committed;
  element("commit").disabled = committed || done < sections.length;
  element("commit").textContent = committed ? "Committed" : "Commit all readings";
  view.changed();
}

async function send(path, content, told = "") {
  try {
    state = await ask(path, content);
    status(told);
    threshold.again();
    refresh();
    return true;
  } catch (error) {
    status(error.message, true);
    return false;
  }
}

async function save(given) {
  if (!given) {
    status("Give an answer, or say that the section cannot be read.", true);
    return;
  }
  const open = state.sections.filter((one) => !one.answer && one.code !== section.code);
  const told = open.length ? `${section.code} saved.` : "All sections have an answer; commit when you are sure.";
  await send("answer", { code: section.code, ...given }, told);
}

function go(by) {
  const at = state.sections.findIndex((one) => one.code === section.code) + by;
  if (state.sections[at]) show(state.sections[at].code);
}

function start(kind) {
  if (state.committed) return;
  if (drawing?.kind === kind) {
    stop();
    return;
  }
  drawing = view.drawing = new Drawing(view, kind, reject);
  tools();
  element("picture").focus();
  status(kind === "rectangle" ? "Drag over the region, or set two corners at the cross." : "Set corners; end at the first one.");
}

function stop() {
  drawing = null;
  if (view) view.drawing = null;
  tools();
  view?.changed();
}

function tools() {
  for (const kind of ["rectangle", "polygon"]) element(kind).setAttribute("aria-pressed", String(drawing?.kind === kind));
  element("corner").hidden = !drawing;
  element("finish").hidden = drawing?.kind !== "polygon";
  element("picture").classList.toggle("drawing", Boolean(drawing));
}

function reject(outline) {
  const dialog = element("reject");
  element("region-reason").value = "";
  dialog.returnValue = "no";
  dialog.onclose = async () => {
    const reason = element("region-reason").value.trim();
    stop();
    if (dialog.returnValue === "yes" && reason) {
      await send("reject", { code: section.code, outline, reason }, "Region rejected.");
    }
    element("picture").focus();
  };
  dialog.showModal();
}

function keys(event) {
  const typing = event.target.matches("input[type=text], input[type=number], select") || event.target.closest("dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const moves = {
    n: () => go(1), p: () => go(-1), r: () => start("rectangle"), g: () => start("polygon"),
    Escape: stop, f: () => drawing?.finish(), Backspace: () => drawing?.back(),
  };
  if (event.key === "Enter" && event.target.id === "picture" && drawing) drawing.corner();
  else if (moves[event.key]) moves[event.key]();
  else return;
  event.preventDefault();
}

function listen() {
  element("in").addEventListener("click", () => view.zoom(1.5));
  element("out").addEventListener("click", () => view.zoom(1 / 1.5));
  element("fit").addEventListener("click", () => view.fit());
  element("previous").addEventListener("click", () => go(-1));
  element("next").addEventListener("click", () => go(1));
  element("section").addEventListener("change", (event) => show(event.target.value));
  for (const name of ["positive", "tissue", "cells", "opacity"]) element(name).addEventListener("input", () => view.changed());
  for (const kind of ["rectangle", "polygon"]) element(kind).addEventListener("click", () => start(kind));
  element("corner").addEventListener("click", () => drawing?.corner());
  element("finish").addEventListener("click", () => drawing?.finish());
  document.addEventListener("keydown", keys);
  const sure = element("sure");
  element("commit").addEventListener("click", () => {
    sure.returnValue = "no";
    sure.showModal();
  });
  sure.addEventListener("close", () => {
    if (sure.returnValue === "yes") send("commit", {}, "Committed. Thank you.");
  });
}

try {
  state = await ask("state");
  element("question").textContent = state.adjudicating ? `Adjudication: ${state.question}` : state.question;
  element("who").textContent = `Reader: ${state.reader}`;
  element("layers").hidden = !state.helped;
  form.ask(state);
  listen();
  const first = state.sections.find((one) => !one.answer) ?? state.sections[0];
  await show(first.code);
} catch (error) {
  status(error.message, true);
}
