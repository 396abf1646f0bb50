// A metronome, and a counter of repetitions that writes into the field of the chosen task.
"use strict";
(() => {
  const box = document.getElementById("metronome");
  if (!box) return;
  const by = (id) => document.getElementById(id);
  const beats = by("beats"), beating = by("beating"), task = by("task"), shown = by("repetitions");
  let audio = null, timer = 0, next = 0, count = 0;

  // the clock of the sound card keeps time; the timer only looks ahead
  function ahead() {
    while (next < audio.currentTime + 0.2) {
      const tone = audio.createOscillator(), loudness = audio.createGain();
      tone.frequency.value = 880;
      loudness.gain.setValueAtTime(0.25, next);
      loudness.gain.exponentialRampToValueAtTime(0.001, next + 0.06);
      tone.connect(loudness).connect(audio.destination);
      tone.start(next);
      tone.stop(next + 0.07);
      const wait = Math.max(0, next - audio.currentTime) * 1000;
      window.setTimeout(() => box.classList.toggle("on"), wait);
      next += 60 / pace();
    }
  }

  const pace = () => Math.min(200, Math.max(10, Number(beats.value) || 40));

  function stop() {
    window.clearInterval(timer);
    timer = 0;
    if (audio) audio.close();
    audio = null;
    box.classList.remove("on");
    beating.setAttribute("aria-pressed", "false");
    beating.textContent = beating.dataset.start;
  }

  function start() {
    audio = new AudioContext();
    next = audio.currentTime + 0.1;
    timer = window.setInterval(ahead, 50);
    beating.setAttribute("aria-pressed", "true");
    beating.textContent = beating.dataset.stop;
  }

  const field = () => (task ? document.querySelector(`[name="v.${task.value}"]`) : null);

  function put(number) {
    count = number;
    shown.textContent = String(number);
    const into = field();
    if (into) {
      into.value = String(number);
      into.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  beating.addEventListener("click", () => (timer ? stop() : start()));
  by("repetition").addEventListener("click", () => {
    const into = field();
    const top = into && into.dataset.top ? Number(into.dataset.top) : Infinity;
    if (count < top) put(count + 1);
    if (count >= top && timer) stop();
  });
  by("again").addEventListener("click", () => put(0));
  if (task) {
    task.addEventListener("change", () => {
      count = Number(field().value) || 0;
      shown.textContent = String(count);
    });
    task.dispatchEvent(new Event("change"));
  }
  window.addEventListener("pagehide", stop);
})();
