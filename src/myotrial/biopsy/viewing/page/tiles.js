// Tiles of one section: fetched when wanted, the latest wish first, and kept for a while.

const KEPT = 400;
const AT_ONCE = 6;

export class Tiles {
  constructor(kind, decode, changed) {
    Object.assign(this, { kind, decode, changed, kept: new Map(), wanted: [], busy: 0, code: "" });
  }

  show(code) {
    this.code = code;
    this.wanted = [];
    this.kept.clear();
  }

  get(level, column, row) {
    const key = `${this.code}/${level}/${column}/${row}`;
    const found = this.kept.get(key);
    if (found === undefined) return null;
    this.kept.delete(key); // to the end: used last
    this.kept.set(key, found);
    return found;
  }

  want(level, column, row) {
    const key = `${this.code}/${level}/${column}/${row}`;
    if (this.kept.has(key)) return;
    this.kept.set(key, null); // under way
    this.wanted.push(key);
    this.next();
  }

  forget() {
    for (const key of this.wanted) this.kept.delete(key); // no longer in view
    this.wanted = [];
  }

  next() {
    while (this.busy < AT_ONCE && this.wanted.length) {
      this.busy += 1;
      this.fetch(this.wanted.pop()).finally(() => {
        this.busy -= 1;
        this.next();
      });
    }
  }

  async fetch(key) {
    try {
      const answer = await fetch(`${this.kind}/${key}`);
      if (!answer.ok) throw new Error((await answer.json()).error);
      const tile = await this.decode(await answer.blob());
      if (!key.startsWith(`${this.code}/`)) return;
      this.kept.set(key, tile);
      for (const old of this.kept.keys()) {
        if (this.kept.size <= KEPT) break;
        this.kept.delete(old);
      }
      this.changed();
    } catch (error) {
      if (key.startsWith(`${this.code}/`)) this.changed(error); // stays under way: not asked again
    }
  }
}

export function picture(blob) {
  return createImageBitmap(blob);
}

// A layer's tile: OD in steps (red) and what each place is (green), and the canvas it was drawn on.
export async function layer(blob) {
  const image = await createImageBitmap(blob, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  const sheet = new OffscreenCanvas(image.width, image.height);
  const pen = sheet.getContext("2d", { willReadFrequently: true });
  pen.drawImage(image, 0, 0);
  const { data } = pen.getImageData(0, 0, image.width, image.height);
  return { sheet, pen, data, width: image.width, height: image.height, drawn: "" };
}

const [TISSUE, PEN, FOLD] = [1, 2, 3];
const COLOURS = { positive: [0, 230, 90], edge: [0, 90, 50], [PEN]: [255, 150, 0], [FOLD]: [160, 0, 200] };

export function painted(tile, { positive, tissue, threshold }) {
  const wish = `${positive} ${tissue} ${threshold}`;
  if (tile.drawn === wish) return tile.sheet;
  const { data, width, height } = tile;
  const out = new ImageData(width, height);
  const least = Math.round(threshold * 100) + 1; // red of the first step above the threshold
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 4) {
      const place = data[at + 1];
      let colour = null;
      if (tissue && (place === PEN || place === FOLD) && (x + y) % 8 < 4) colour = COLOURS[place];
      else if (tissue && place && x && y && !(data[at - 3] && data[at + 1 - 4 * width])) colour = COLOURS.edge;
      else if (tissue && !place && x && y && (data[at - 3] || data[at + 1 - 4 * width])) colour = COLOURS.edge;
      else if (positive && data[at] > least) colour = COLOURS.positive;
      if (colour) out.data.set([...colour, 255], at);
    }
  }
  tile.pen.putImageData(out, 0, 0);
  tile.drawn = wish;
  return tile.sheet;
}

export { TISSUE };
