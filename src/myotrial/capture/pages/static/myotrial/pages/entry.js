// Entry of a form: keys, marks of what is not saved, undo, drafts, and what is asked while typing.
"use strict";
(() => {
  const form = document.getElementById("entry");
  if (!form) return;
  const lines = [...form.querySelectorAll(".line")];
  const open = Boolean(form.dataset.draft);
  let leaving = false;
  let waiting = 0;

  const named = (line, kind) => form.elements[`${kind}.${line.dataset.field}`];
  const text = (line) => (named(line, "v") ? named(line, "v").value.trim() : "");
  const why = (line) => named(line, "a").value;
  const controls = (line) => [...line.querySelectorAll(`[name="v.${line.dataset.field}"]`)];
  const isChanged = (line) =>
    text(line) !== named(line, "w").value || why(line) !== named(line, "x").value;

  function put(line, value) {
    const field = named(line, "v");
    if (field instanceof RadioNodeList) {
      for (const option of controls(line)) option.checked = option.value === value && value !== "";
    } else if (field.type === "radio") {
      field.checked = field.value === value && value !== "";
    } else {
      field.value = value;
    }
  }

  function mark() {
    const changed = lines.filter(isChanged);
    for (const line of lines) {
      const is = changed.includes(line);
      line.classList.toggle("changed", is);
      line.querySelector(".undo").hidden = !is;
      line.querySelector(".changed-mark").hidden = !is;
      line.classList.toggle("is-absent", why(line) !== "");
    }
    const said = document.getElementById("unsaved");
    if (said) {
      const told = changed.length === 0 ? said.dataset.none
        : changed.length === 1 ? said.dataset.one
        : said.dataset.many.replace("{}", changed.length);
      if (said.textContent !== told) said.textContent = told;
      said.classList.toggle("some", changed.length > 0);
    }
    const reason = document.getElementById("reason");
    if (reason) reason.hidden = !changed.some((line) => line.dataset.saved) && !reason.dataset.asked;
    return changed.length;
  }

  // ---- drafts: kept on the server a moment after the last key, and on leaving
  async function keep(last) {
    window.clearTimeout(waiting);
    waiting = 0;
    const said = document.getElementById("drafted");
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST", body: new FormData(form), keepalive: Boolean(last), credentials: "same-origin",
      });
      if (!answer.ok) throw new Error(String(answer.status));
      if (said) said.textContent = mark() ? said.dataset.kept : "";
    } catch {
      if (said && !leaving) said.textContent = said.dataset.failed;
    }
  }

  function touched() {
    mark();
    window.clearTimeout(waiting);
    waiting = window.setTimeout(keep, 1500);
    form.dispatchEvent(new Event("typed"));
  }

  // ---- going on
  const stops = () =>
    [...form.querySelectorAll("input, select, textarea, .save button")].filter(
      (item) => !item.disabled && item.type !== "hidden" && item.offsetParent !== null &&
        !item.classList.contains("absent") &&
        (item.type !== "radio" || item.checked || !form.querySelector(`[name="${item.name}"]:checked`)),
    ).filter((item, place, all) =>
      item.type !== "radio" || all.findIndex((other) => other.name === item.name) === place);

  function go(from, by) {
    const all = stops();
    const here = all.findIndex((item) => item === from || (item.type === "radio" && item.name === from.name));
    const next = all[here + by];
    if (!next) return;
    next.focus();
    if (next.select && next.type !== "radio") next.select();
  }

  function absent(line, code) {
    named(line, "a").value = code;
    if (code) put(line, "");
    touched();
  }

  // one hand on the number pad: a grade takes a digit and goes on; 1 waits, for it may become 10
  function grade(field, line, event) {
    if (event.key === "-" || event.key === "Subtract") { event.preventDefault(); go(field, -1); return true; }
    if (event.key === "/") { event.preventDefault(); absent(line, "ND"); go(field, 1); return true; }
    if (event.key === "*") { event.preventDefault(); absent(line, "UNK"); go(field, 1); return true; }
    if (!/^[0-9]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return false;
    const whole = field.selectionStart === 0 && field.selectionEnd === field.value.length;
    const now = whole ? event.key : field.value + event.key;
    const top = Number(field.dataset.top || 10);
    event.preventDefault();
    field.value = now;
    named(line, "a").value = "";
    touched();
    if (!(Number(now) * 10 <= top && Number(now) > 0)) go(field, 1);
    return true;
  }

  form.addEventListener("keydown", (event) => {
    const field = event.target;
    const line = field.closest ? field.closest(".line") : null;
    if ((event.ctrlKey || event.altKey || event.metaKey) && event.key.toLowerCase() === "s") return;
    if (event.key === "Enter" && field.tagName !== "BUTTON" && field.tagName !== "TEXTAREA") {
      event.preventDefault();
      go(field, 1);
      return;
    }
    if (!line) return;
    if (field.classList.contains("grade")) { grade(field, line, event); return; }
    if (field.type === "radio" && /^[0-9]$/.test(event.key)) {
      const option = controls(line).find((item) => item.dataset.key === event.key);
      if (option) {
        event.preventDefault();
        option.checked = true;
        named(line, "a").value = "";
        touched();
        go(option, 1);
      }
    }
  });

  document.addEventListener("keydown", (event) => {
    if (open && (event.ctrlKey || event.altKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit(form.querySelector('button[value="stay"]'));
    }
  });

  form.addEventListener("input", (event) => {
    const line = event.target.closest(".line");
    if (!line) return;
    if (event.target.name.startsWith("a.")) {
      if (event.target.value) put(line, "");
    } else if (text(line)) {
      named(line, "a").value = "";
    }
    touched();
  });

  form.addEventListener("click", (event) => {
    const undo = event.target.closest(".undo");
    if (undo) {
      const line = undo.closest(".line");
      put(line, named(line, "w").value);
      named(line, "a").value = named(line, "x").value;
      touched();
      const back = line.querySelector(`[name="v.${line.dataset.field}"]`);
      if (back) back.focus();
    }
  });

  // ---- history of a field, in place
  form.addEventListener("click", (event) => {
    const link = event.target.closest("a.history");
    if (!link || event.ctrlKey || event.metaKey || !window.htmx) return;
    event.preventDefault();
    window.htmx.ajax("GET", link.href, { target: "#history-of", swap: "innerHTML" })
      .then(() => document.getElementById("history").showModal());
  });

  form.addEventListener("submit", () => { leaving = true; window.clearTimeout(waiting); });
  window.addEventListener("beforeunload", (event) => {
    if (open && !leaving && mark() > 0) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (open && document.visibilityState === "hidden" && waiting && !leaving) keep(true);
  });

  const reason = document.getElementById("reason");
  if (reason && !reason.hidden) reason.dataset.asked = "1";
  if (open) {
    mark();
    const first = form.querySelector('[aria-invalid="true"]') || stops()[0];
    if (first && !window.location.hash && !new URLSearchParams(window.location.search).has("ask")) {
      first.focus({ preventScroll: !form.querySelector('[aria-invalid="true"]') });
      if (first.select && first.type !== "radio") first.select();
    }
  }
})();
