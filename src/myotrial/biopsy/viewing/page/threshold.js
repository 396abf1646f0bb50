// The share of tissue that would be positive at a threshold, for what is in view.

const SETTLED = 350; // milliseconds without a movement, after which the view is counted
const SVG = "http://www.w3.org/2000/svg";

export class Threshold {
  constructor(element, changed) {
    Object.assign(this, { slider: element("threshold"), share: element("share"), curve: element("curve"), changed });
    this.points = element("points");
    this.found = null;
    this.slider.addEventListener("input", () => this.moved());
    element("operating").addEventListener("click", () => {
      this.slider.value = this.operating;
      this.moved();
    });
  }

  get value() {
    return Number(this.slider.value);
  }

  show(code, operating) {
    Object.assign(this, { code, operating, found: null });
    this.slider.value = operating;
    const point = document.createElement("option");
    point.value = operating;
    this.points.replaceChildren(point);
    this.moved();
  }

  moved() {
    this.tell();
    this.changed();
  }

  count(box) {
    clearTimeout(this.timer);
    const wish = `${this.code} ${JSON.stringify(box)} ${this.version ?? 0}`;
    if (wish === this.asked || !this.code) return;
    this.timer = setTimeout(async () => {
      this.asked = wish;
      const answer = await fetch(`shares/${this.code}?${new URLSearchParams(box)}`);
      if (this.asked !== wish || !answer.ok) return;
      this.found = await answer.json();
      this.tell();
    }, SETTLED);
  }

  again() {
    this.version = (this.version ?? 0) + 1;
  }

  tell() {
    const at = this.value;
    this.slider.setAttribute("aria-valuetext", `OD ${at.toFixed(2)}`);
    const shares = this.found?.shares ?? [];
    const mark = Math.abs(at - this.operating) < 0.005 ? ", the operating point" : "";
    if (!this.found) this.share.textContent = `OD ${at.toFixed(2)}${mark}: counting …`;
    else if (!shares.length) this.share.textContent = "No tissue in view.";
    else {
      const part = this.found.sampled < 100 ? `, counted on ${this.found.sampled} % of it` : "";
      const share = shares[Math.round(at * 100)].toFixed(2);
      this.share.textContent = `OD ${at.toFixed(2)}${mark}: ${share} % of the tissue in view${part}`;
    }
    this.draw(shares, at);
  }

  draw(shares, at) {
    const made = (name, attributes, text = "") => {
      const node = document.createElementNS(SVG, name);
      for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
      node.textContent = text;
      return node;
    };
    const x = (od) => 10 + (od / 1.5) * 280;
    const top = Math.max(1, ...shares);
    const points = shares.map((share, step) => `${x(step / 100).toFixed(1)},${(72 - (share / top) * 60).toFixed(1)}`);
    this.curve.replaceChildren(
      made("polyline", { points: points.join(" ") }),
      made("line", { x1: x(this.operating), x2: x(this.operating), y1: 8, y2: 74, class: "point" }),
      made("line", { x1: x(at), x2: x(at), y1: 8, y2: 74 }),
      made("text", { x: 10, y: 86 }, "0"),
      made("text", { x: 290, y: 86, "text-anchor": "end" }, "OD 1.5"),
      made("text", { x: 290, y: 12, "text-anchor": "end" }, shares.length ? `${top.toFixed(1)} %` : ""),
      made("text", { x: 150, y: 86, "text-anchor": "middle" }, "dashed: operating point"),
    );
  }
}
