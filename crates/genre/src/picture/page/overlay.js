// What is drawn over the points: names, axes, the lasso.

/** Boxes that names have taken. */
class Room {
  constructor(width, height) {
    Object.assign(this, { width, height, taken: [] });
  }

  /** Takes a box if it is within the picture and free. */
  take(left, top, width, height) {
    const [right, bottom] = [left + width, top + height];
    if (left < 2 || top < 2 || right > this.width - 2 || bottom > this.height - 2) return false;
    if (this.taken.some((box) => left < box[2] && right > box[0] && top < box[3] && bottom > box[1])) return false;
    this.taken.push([left, top, right, bottom]);
    return true;
  }
}

class Overlay {
  /** @param {HTMLCanvasElement} canvas @param {Atlas} atlas @param {Camera} camera */
  constructor(canvas, atlas, camera) {
    Object.assign(this, { canvas, atlas, camera, context: canvas.getContext("2d") });
  }

  /**
   * @param {State} state @param {Scene} scene @param {number} ratio @param {{x: number, y: number}[]} lasso
   * @param {number} hovered An artist, or -1. @param {Record<string, string>} theme
   */
  draw(state, scene, ratio, lasso, hovered, theme) {
    const { context, camera } = this;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, camera.width, camera.height);
    this.theme = theme;
    this.room = new Room(camera.width, camera.height);
    // The toolbar stands there.
    this.room.take(4, 4, 46, 300);
    if (this.atlas.axes.length) camera.isDeep ? this.drawTriad() : this.drawAxes();
    for (const artist of new Set([state.artist, hovered])) if (artist >= 0) this.mark(artist, scene);
    this.nameGenres(state);
    this.nameArtists(state, scene, hovered);
    if (lasso.length > 1) this.drawLasso(lasso);
  }

  font(size, weight = 400) {
    this.context.font = `${weight} ${size}px Inter, system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif`;
  }

  write(text, x, y, colour) {
    const { context } = this;
    Object.assign(context, { lineWidth: 3.5, lineJoin: "round", strokeStyle: this.theme.ground, fillStyle: colour });
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  }

  /** Writes at the first free of the places around a point. */
  writeBeside(text, x, y, gap, size, colour) {
    const width = this.context.measureText(text).width, height = size * 1.15;
    const places = [[gap, -height / 2], [-gap - width, -height / 2], [-width / 2, -gap - height], [-width / 2, gap]];
    const free = places.find(([right, down]) => this.room.take(x + right, y + down, width, height));
    if (free) this.write(text, x + free[0], y + free[1] + size * 0.92, colour);
    return Boolean(free);
  }

  drawAxes() {
    const { context, camera, atlas, theme } = this;
    const [x, y] = camera.project(atlas.origin, new Float32Array(3));
    Object.assign(context, { strokeStyle: theme.line, lineWidth: 1 });
    for (const [from, to] of [[[0, y], [camera.width, y]], [[x, 0], [x, camera.height]]]) {
      context.beginPath();
      context.moveTo(...from);
      context.lineTo(...to);
      context.stroke();
    }
    this.font(11);
    const width = context.measureText(atlas.axes[0]).width;
    const [right, top] = [camera.width - width - 10, Math.min(camera.height - 20, Math.max(20, y - 5))];
    if (this.room.take(right, top - 11, width, 14)) this.write(atlas.axes[0], right, top, theme.faint);
    const left = Math.min(camera.width - 150, Math.max(54, x + 6));
    if (this.room.take(left, 6, context.measureText(atlas.axes[1]).width, 14)) this.write(atlas.axes[1], left, 17, theme.faint);
  }

  /** The directions of the axes, in the lower left corner. */
  drawTriad() {
    const { context, camera, atlas, theme } = this;
    const [x, y, length] = [62, camera.height - 74, 40];
    const [ax, ay, az, bx, by, bz] = camera.axes;
    this.room.take(0, camera.height - 140, 150, 140);
    this.font(10.5, 500);
    [[ax, bx], [ay, by], [az, bz]].forEach(([right, up], axis) => {
      const [toX, toY] = [x + right * length, y - up * length];
      Object.assign(context, { strokeStyle: theme.faint, lineWidth: 1.4 });
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(toX, toY);
      context.stroke();
      const name = atlas.axes[axis].split(" ")[0], width = context.measureText(name).width;
      this.write(name, toX + right * 6 - (right < 0 ? width : 0), toY - up * 8 + 4, theme.faint);
    });
  }

  /** A ring and the name of an artist. */
  mark(artist, scene) {
    const { context, atlas, theme } = this;
    const [x, y] = [scene.places[3 * artist], scene.places[3 * artist + 1]];
    Object.assign(context, { strokeStyle: theme.ink, lineWidth: 2 });
    context.beginPath();
    context.arc(x, y, Math.max(7, scene.radius * 1.9), 0, 7);
    context.stroke();
    this.font(13, 650);
    this.writeBeside(atlas.names[artist], x, y, Math.max(11, scene.radius * 2.4), 13, theme.ink);
  }

  nameGenres(state) {
    const { atlas, camera, theme } = this;
    const place = new Float32Array(3);
    const isFree = (genre) => !state.hidden.has(atlas.genres[genre].meta);
    const genres = state.lit.size ? [...state.lit] : atlas.namedGenres.filter(isFree);
    let left = state.lit.size ? 30 : Math.min(60, Math.round((10 + 8 * camera.view.zoom) * Math.min(1, camera.width / 900)));
    for (const genre of genres) {
      const { name, centre, meta } = atlas.genres[genre];
      const [x, y] = camera.project(centre, place);
      this.font(12.5, 650);
      const width = this.context.measureText(name).width;
      if (!this.room.take(x - width / 2 - 4, y - 10, width + 8, 20)) continue;
      this.write(name, x - width / 2, y + 4.5, `rgb(${mixed(atlas.metas[meta].shown, theme.inkRgb, 0.45)})`);
      if (--left <= 0) break;
    }
  }

  nameArtists(state, scene, hovered) {
    const { atlas, camera, theme } = this;
    const isStrict = state.lit.size || state.selection.length;
    let left = Math.min(90, Math.round(camera.view.zoom * 9 * Math.min(1, camera.width / 900)) + (isStrict ? 16 : 3));
    let tries = 600;
    this.font(11);
    for (const artist of atlas.namedArtists) {
      const level = scene.levels[artist];
      if (!(level & 3) || (isStrict && (level & 3) < LEVEL.LIT)) continue;
      const [x, y] = [scene.places[3 * artist], scene.places[3 * artist + 1]];
      if (x < 0 || y < 0 || x > camera.width || y > camera.height) continue;
      if (artist === state.artist || artist === hovered) continue;
      if (this.writeBeside(atlas.names[artist], x, y, scene.radius + 4, 11, theme.ink)) left--;
      if (left <= 0 || --tries <= 0) break;
    }
  }

  drawLasso(lasso) {
    const { context, theme } = this;
    context.beginPath();
    lasso.forEach(({ x, y }) => context.lineTo(x, y));
    context.closePath();
    Object.assign(context, { fillStyle: theme.accent, strokeStyle: theme.accent, lineWidth: 1.8, globalAlpha: 0.14 });
    context.fill();
    context.globalAlpha = 1;
    context.setLineDash([5, 4]);
    context.stroke();
    context.setLineDash([]);
  }
}

/** Whether a place is within a polygon: a line from it to the left crosses its outline an odd number of times. */
function isWithin(x, y, polygon) {
  let isInside = false;
  polygon.forEach((a, index) => {
    const b = polygon[(index + 1) % polygon.length];
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) isInside = !isInside;
  });
  return isInside;
}
