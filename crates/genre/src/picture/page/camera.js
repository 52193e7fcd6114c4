// From places in the map to places on the screen.

/** Distance of the eye from the middle of the map, which is within -1 and 1. */
const EYE = 5;
const ZOOMS = { least: 0.3, most: 400 };
/** From where a map in space is seen at first. */
const FRONT = { yaw: -0.55, pitch: 0.35 };

/**
 * @typedef {object} View
 * @property {number} x What is in the middle of the screen.
 * @property {number} y
 * @property {number} z
 * @property {number} zoom 1 shows all.
 * @property {number} yaw Turn around the vertical axis, in radians.
 * @property {number} pitch Turn around the horizontal axis, in radians.
 */

class Camera {
  /** @param {number} dimensions */
  constructor(dimensions) {
    this.isDeep = dimensions === 3;
    this.width = this.height = 1;
    this.view = this.home();
  }

  /** @returns {View} */
  home() {
    return { x: 0, y: 0, z: 0, zoom: this.isDeep ? 0.85 : 1, yaw: this.isDeep ? FRONT.yaw : 0, pitch: this.isDeep ? FRONT.pitch : 0 };
  }

  /** Pixels that 1 has in the middle of the screen. */
  get unit() {
    return this.view.zoom * Math.min(this.width, this.height) * 0.46;
  }

  /** To the right, up, and towards the eye, in the map's own axes, one after the other. */
  get axes() {
    const { yaw, pitch } = this.view;
    const [sy, cy, sp, cp] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
    return [cy, 0, sy, sp * sy, cp, -sp * cy, -cp * sy, sp, cp * cy];
  }

  /**
   * Writes x, y (in pixels) and depth (towards the eye) of places to `out`. Always typed arrays: one kind is twice as fast as two.
   * @param {Float32Array} places x, y, z, one after the other. @param {Float32Array} out
   */
  project(places, out) {
    const [ax, ay, az, bx, by, bz, cx, cy, cz] = this.axes;
    const { x, y, z } = this.view;
    const unit = this.unit, middleX = this.width / 2, middleY = this.height / 2, isDeep = this.isDeep;
    for (let at = 0; at < places.length; at += 3) {
      const dx = places[at] - x, dy = places[at + 1] - y, dz = places[at + 2] - z;
      const depth = cx * dx + cy * dy + cz * dz;
      const scale = isDeep ? (unit * EYE) / Math.max(0.1, EYE - depth) : unit;
      out[at] = middleX + (ax * dx + ay * dy + az * dz) * scale;
      out[at + 1] = middleY - (bx * dx + by * dy + bz * dz) * scale;
      out[at + 2] = depth;
    }
    return out;
  }

  /** Moves the map by pixels. */
  pan(right, down) {
    const [ax, ay, az, bx, by, bz] = this.axes;
    const [dx, dy] = [-right / this.unit, down / this.unit];
    const limit = (value) => Math.min(2, Math.max(-2, value));
    this.view.x = limit(this.view.x + ax * dx + bx * dy);
    this.view.y = limit(this.view.y + ay * dx + by * dy);
    this.view.z = limit(this.view.z + az * dx + bz * dy);
  }

  /** Zooms so that what is at a place of the screen stays there. */
  zoomAt(factor, x, y) {
    const zoom = Math.min(ZOOMS.most, Math.max(ZOOMS.least, this.view.zoom * factor));
    const applied = zoom / this.view.zoom;
    const [right, down] = [x - this.width / 2, y - this.height / 2];
    this.view.zoom = zoom;
    this.pan(right * (1 - applied), down * (1 - applied));
  }

  /** Turns a map in space as if its front were moved by pixels. */
  turn(right, down) {
    this.view.yaw = (this.view.yaw + right * 0.008) % (2 * Math.PI);
    this.view.pitch = Math.min(Math.PI / 2, Math.max(-Math.PI / 2, this.view.pitch + down * 0.008));
  }
}
