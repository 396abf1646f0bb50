// The view of a section: where one looks and how closely, drawn on a canvas; mouse, touch, keys.

const CLOSEST = 4; // screen pixels of one of the section's

export class View {
  constructor(canvas, space, draw) {
    Object.assign(this, { canvas, space, draw, pointers: new Map(), x: 0, y: 0, scale: 1, drawing: null });
    this.pen = canvas.getContext("2d");
    this.asked = false;
    new ResizeObserver(() => this.resize()).observe(canvas);
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, (event) => this.up(event));
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("dblclick", (event) => this.drawing || this.zoom(2, ...this.at(event)));
    this.resize();
  }

  resize() {
    const { clientWidth, clientHeight } = this.canvas;
    const first = !this.width;
    const ratio = window.devicePixelRatio || 1;
    Object.assign(this, { width: clientWidth, height: clientHeight, ratio });
    this.canvas.width = Math.round(clientWidth * ratio);
    this.canvas.height = Math.round(clientHeight * ratio);
    if (first) this.fit();
    this.changed();
  }

  get least() {
    return Math.min(this.width / this.space.width, this.height / this.space.height, 1) * 0.95 || 1;
  }

  fit() {
    Object.assign(this, { x: this.space.width / 2, y: this.space.height / 2, scale: this.least });
    this.changed();
  }

  // Screen to section and back.
  inside(px, py) {
    return [this.x + (px - this.width / 2) / this.scale, this.y + (py - this.height / 2) / this.scale];
  }

  outside(x, y) {
    return [(x - this.x) * this.scale + this.width / 2, (y - this.y) * this.scale + this.height / 2];
  }

  box() {
    const [x0, y0] = this.inside(0, 0);
    const [x1, y1] = this.inside(this.width, this.height);
    const [left, top] = [Math.max(0, x0), Math.max(0, y0)];
    const right = Math.min(this.space.width, x1);
    const bottom = Math.min(this.space.height, y1);
    return { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
  }

  pan(dx, dy) {
    this.x = Math.min(Math.max(this.x - dx / this.scale, 0), this.space.width);
    this.y = Math.min(Math.max(this.y - dy / this.scale, 0), this.space.height);
    this.changed();
  }

  zoom(by, px = this.width / 2, py = this.height / 2) {
    const [x, y] = this.inside(px, py);
    this.scale = Math.min(Math.max(this.scale * by, this.least), CLOSEST);
    this.x = x - (px - this.width / 2) / this.scale;
    this.y = y - (py - this.height / 2) / this.scale;
    this.pan(0, 0);
  }

  changed() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      if (this.width && this.height) this.draw(this);
    });
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  wheel(event) {
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), ...this.at(event));
  }

  down(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, this.at(event));
    if (this.drawing && this.pointers.size === 1) this.drawing.down(this.inside(...this.at(event)));
  }

  move(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const now = this.at(event);
    this.pointers.set(event.pointerId, now);
    if (this.pointers.size === 1) {
      if (this.drawing) this.drawing.move(this.inside(...now));
      else this.pan(now[0] - before[0], now[1] - before[1]);
      return;
    }
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)[1];
    const apart = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]);
    if (apart(before) > 0) this.zoom(apart(now) / apart(before), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
    this.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
  }

  up(event) {
    if (!this.pointers.delete(event.pointerId)) return;
    if (this.drawing && !this.pointers.size) this.drawing.up(this.inside(...this.at(event)));
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 0.5 : 0.1;
    const moves = {
      ArrowLeft: () => this.pan(step * this.width, 0),
      ArrowRight: () => this.pan(-step * this.width, 0),
      ArrowUp: () => this.pan(0, step * this.height),
      ArrowDown: () => this.pan(0, -step * this.height),
      "+": () => this.zoom(1.5), "=": () => this.zoom(1.5),
      "-": () => this.zoom(1 / 1.5), "0": () => this.fit(),
    };
    if (!moves[event.key]) return;
    event.preventDefault();
    moves[event.key]();
  }

  // Draw tiles of one kind; where one is not there yet, what a coarser level shows of it.
  tiles(store, paint = (tile) => tile) {
    const { finest, tile: side } = this.space;
    const close = finest + Math.log2(this.scale * this.ratio);
    const level = Math.min(finest, Math.max(0, Math.ceil(close - 0.4)));
    const step = 2 ** (finest - level);
    const { x, y, width, height } = this.box();
    store.forget();
    for (let row = Math.floor(y / (side * step)); row * side * step < y + height; row += 1) {
      for (let column = Math.floor(x / (side * step)); column * side * step < x + width; column += 1) {
        this.tile(store, paint, level, column, row);
      }
    }
  }

  tile(store, paint, level, column, row) {
    const { finest, tile: side } = this.space;
    const step = 2 ** (finest - level);
    store.want(level, column, row);
    for (let up = 0; up <= level; up += 1) {
      const found = store.get(level - up, column >> up, row >> up);
      if (!found) continue;
      const share = side / 2 ** up;
      const [left, top] = [(column % 2 ** up) * share, (row % 2 ** up) * share];
      const across = Math.min(share, found.width - left);
      const down = Math.min(share, found.height - top);
      if (across <= 0 || down <= 0) return;
      const [x0, y0] = this.outside(column * side * step, row * side * step);
      const size = step * this.scale * 2 ** up;
      this.pen.drawImage(paint(found), left, top, across, down, x0, y0, across * size, down * size);
      return;
    }
    if (level) store.want(Math.max(0, level - 3), column >> Math.min(level, 3), row >> Math.min(level, 3));
  }

  bar() {
    const wide = 120 / this.scale * this.space.mpp; // micrometres of 120 screen pixels
    const size = [5000, 2000, 1000, 500, 200, 100, 50, 20, 10].find((one) => one <= wide) ?? 5;
    const length = size / this.space.mpp * this.scale;
    const text = size >= 1000 ? `${size / 1000} mm` : `${size} µm`;
    const { pen } = this;
    const [x, y] = [this.width - length - 16, this.height - 16];
    pen.fillStyle = "rgb(255 255 255 / 80%)";
    pen.fillRect(x - 8, y - 22, length + 16, 32);
    pen.fillStyle = "#1b1f24";
    pen.fillRect(x, y, length, 3);
    pen.font = "13px system-ui, sans-serif";
    pen.textAlign = "center";
    pen.fillText(text, x + length / 2, y - 6);
  }
}
