// Regions that a reader rejects: drawn by pointer or by keys, listed, taken back.

const NEAR = 12; // screen pixels from the first corner that close an outline

export class Drawing {
  constructor(view, kind, done) {
    Object.assign(this, { view, kind, done, corners: [], end: null, from: null });
  }

  get outline() {
    const points = this.end ? [...this.corners, this.end] : this.corners;
    if (this.kind === "polygon" || points.length < 2) return points;
    const [[x0, y0], [x1, y1]] = points;
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
  }

  corner(point = [this.view.x, this.view.y]) {
    this.end = null;
    this.corners.push(point);
    if (this.kind === "rectangle" && this.corners.length === 2) this.finish();
    else this.view.changed();
  }

  down(point) {
    this.from = point;
    if (this.kind === "rectangle") {
      if (!this.corners.length) this.corners = [point];
      this.end = point;
    }
  }

  move(point) {
    if (this.kind === "rectangle" && this.corners.length) this.end = point;
    this.view.changed();
  }

  up(point) {
    const [px, py] = this.view.outside(...point);
    if (this.kind === "rectangle") {
      const [x0, y0] = this.view.outside(...this.corners[0]);
      if (Math.hypot(px - x0, py - y0) > 4) this.corner(point);
      else this.end = null; // a click sets the first corner, the next one the other
      return;
    }
    if (this.corners.length > 2) {
      const [x0, y0] = this.view.outside(...this.corners[0]);
      if (Math.hypot(px - x0, py - y0) < NEAR) {
        this.finish();
        return;
      }
    }
    this.corner(point);
  }

  back() {
    this.corners.pop();
    this.view.changed();
  }

  finish() {
    this.end = null;
    const { outline } = this;
    if (outline.length >= 3) this.done(outline);
  }
}

export function outlines(view, regions, drawing) {
  for (const { outline } of regions) path(view, outline, true, "rgb(200 0 60 / 18%)", []);
  if (!drawing) return;
  path(view, drawing.outline, drawing.kind === "rectangle", "transparent", [6, 4]);
  const { pen, width, height } = view;
  pen.strokeStyle = "#c8003c";
  pen.beginPath();
  pen.moveTo(width / 2 - 12, height / 2);
  pen.lineTo(width / 2 + 12, height / 2);
  pen.moveTo(width / 2, height / 2 - 12);
  pen.lineTo(width / 2, height / 2 + 12);
  pen.stroke();
}

function path(view, outline, closed, fill, dash) {
  if (!outline.length) return;
  const { pen } = view;
  pen.beginPath();
  outline.forEach((point, index) => {
    const [x, y] = view.outside(...point);
    if (index) pen.lineTo(x, y);
    else pen.moveTo(x, y);
  });
  if (closed) pen.closePath();
  pen.fillStyle = fill;
  pen.strokeStyle = "#c8003c";
  pen.lineWidth = 2;
  pen.setLineDash(dash);
  if (closed) pen.fill();
  pen.stroke();
  pen.setLineDash([]);
  if (dash.length) for (const point of outline) pen.fillRect(...view.outside(...point).map((at) => at - 3), 6, 6);
}

export function list(place, section, locked, restore) {
  place.replaceChildren(...section.regions.map((region, number) => {
    const item = document.createElement("li");
    const text = document.createElement("span");
    text.textContent = `${number + 1}. ${region.reason}`;
    item.append(text);
    if (!locked) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Take back";
      button.setAttribute("aria-label", `Take back region ${number + 1}: ${region.reason}`);
      button.addEventListener("click", () => restore(number));
      item.append(button);
    }
    return item;
  }));
}
