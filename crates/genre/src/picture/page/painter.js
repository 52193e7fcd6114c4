// Drawing points: with WebGL, or without.

/** What a point is drawn as. Those of a higher level are drawn over those of a lower one; RING is added. */
const LEVEL = { HIDDEN: 0, FAINT: 1, PLAIN: 2, LIT: 3, RING: 4 };

/**
 * @typedef {object} Scene
 * @property {Float32Array} positions
 * @property {Float32Array} places Positions on the screen.
 * @property {Uint8Array} colours Red, green, blue of each point.
 * @property {Uint8Array} levels
 * @property {Uint32Array} order Points to draw, from the first to the last.
 * @property {Camera} camera
 * @property {number} radius Of a plain point, in pixels.
 * @property {number[]} ground Red, green, blue of what is behind.
 * @property {number[]} ink
 * @property {boolean} isNew Whether colours or levels have changed.
 */

/** How large and how opaque points of a level are: hidden, faint, plain, lit. */
const GROWTH = [0, 0.75, 1, 1.35];
const ALPHA = [0, 0.16, 0.8, 1];

const VERTEX = `#version 300 es
uniform mat3 axes;
uniform vec3 middle;
uniform vec2 size;
uniform float unit, eye, radius, ratio, growth[4], opacity[4];
in vec3 position;
in vec3 colour;
in float level;
out vec4 paint;
out float reach;
out float clear;
flat out float ring;
void main() {
  vec3 seen = (position - middle) * axes;
  float near = eye > 0.0 ? eye / max(0.1, eye - seen.z) : 1.0;
  ring = step(4.0, level);
  float plain = level - 4.0 * ring;
  gl_Position = vec4(seen.xy * unit * near * 2.0 / size, 0.0, 1.0);
  float grown = growth[int(plain)];
  reach = radius * ratio * grown * (1.0 + 0.35 * ring) * (eye > 0.0 ? clamp(near, 0.6, 1.8) : 1.0);
  gl_PointSize = 2.0 * reach + 1.0;
  paint = vec4(colour, opacity[int(plain)]);
  clear = eye > 0.0 ? clamp(0.72 + seen.z * 0.4, 0.35, 1.0) : 1.0;
}`;

const FRAGMENT = `#version 300 es
precision mediump float;
uniform vec3 ground, ink;
in vec4 paint;
in float reach;
in float clear;
flat in float ring;
out vec4 pixel;
void main() {
  float far = length(gl_PointCoord * 2.0 - 1.0) * (reach + 0.5);
  float inside = clamp(reach + 0.5 - far, 0.0, 1.0);
  if (inside == 0.0) discard;
  vec3 colour = mix(ground, paint.rgb, clear);
  colour = mix(colour, ink, ring * clamp(far - reach * 0.72 + 0.5, 0.0, 1.0));
  float alpha = max(paint.a, ring * 0.9) * inside;
  pixel = vec4(colour * alpha, alpha);
}`;

class WebGlPainter {
  /** @param {HTMLCanvasElement} canvas @returns {WebGlPainter | null} None where there is no WebGL 2. */
  static on(canvas) {
    const gl = canvas.getContext("webgl2", { antialias: false, powerPreference: "high-performance" });
    return gl && new WebGlPainter(canvas, gl);
  }

  constructor(canvas, gl) {
    Object.assign(this, { canvas, gl, name: "WebGL 2" });
    this.prepare();
    canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    canvas.addEventListener("webglcontextrestored", () => this.prepare());
  }

  prepare() {
    const { gl } = this;
    const program = gl.createProgram();
    for (const [type, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(type);
      gl.shaderSource(shader, text);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) throw new Error(gl.getProgramInfoLog(program));
    gl.useProgram(program);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    const known = new Map();
    this.uniform = (name) => known.get(name) ?? known.set(name, gl.getUniformLocation(program, name)).get(name);
    const buffer = (name, size, type, isShare) => {
      const at = gl.getAttribLocation(program, name);
      const made = gl.createBuffer();
      gl.bindBuffer(gl.ARRAY_BUFFER, made);
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, size, type, isShare, 0, 0);
      return made;
    };
    this.positions = buffer("position", 3, gl.FLOAT, false);
    this.colours = buffer("colour", 3, gl.UNSIGNED_BYTE, true);
    this.levels = buffer("level", 1, gl.UNSIGNED_BYTE, false);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
    this.isEmpty = true;
  }

  /** @param {Scene} scene @param {number} ratio Pixels of the device in one of the page. */
  draw(scene, ratio) {
    const { gl, uniform } = this, { camera } = scene;
    const fill = (buffer, data, use) => {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.bufferData(gl.ARRAY_BUFFER, data, use);
    };
    if (this.isEmpty) fill(this.positions, scene.positions, gl.STATIC_DRAW);
    if (this.isEmpty || scene.isNew) {
      fill(this.colours, scene.colours, gl.DYNAMIC_DRAW);
      fill(this.levels, scene.levels, gl.DYNAMIC_DRAW);
    }
    this.isEmpty = false;
    const { x, y, z } = camera.view;
    const [red, green, blue] = scene.ground.map((part) => part / 255);
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.clearColor(red, green, blue, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniformMatrix3fv(uniform("axes"), false, camera.axes);
    gl.uniform3f(uniform("middle"), x, y, z);
    gl.uniform2f(uniform("size"), camera.width, camera.height);
    gl.uniform1f(uniform("unit"), camera.unit);
    gl.uniform1f(uniform("eye"), camera.isDeep ? EYE : 0);
    gl.uniform1f(uniform("radius"), scene.radius);
    gl.uniform1f(uniform("ratio"), ratio);
    gl.uniform1fv(uniform("growth"), GROWTH);
    gl.uniform1fv(uniform("opacity"), ALPHA);
    gl.uniform3f(uniform("ground"), red, green, blue);
    gl.uniform3fv(uniform("ink"), scene.ink.map((part) => part / 255));
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, scene.order, gl.STREAM_DRAW);
    gl.drawElements(gl.POINTS, scene.order.length, gl.UNSIGNED_INT, 0);
  }
}

/** Does without WebGL what the shaders do, pixel by pixel: much faster than a canvas fills circles. */
class PixelPainter {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    Object.assign(this, { canvas, context: canvas.getContext("2d"), image: new ImageData(1, 1), name: "Canvas 2D" });
  }

  /** @param {Scene} scene @param {number} ratio */
  draw(scene, ratio) {
    const { width, height } = this.canvas;
    if (this.image.width !== width || this.image.height !== height) this.image = this.context.createImageData(width, height);
    const { camera, places, levels, colours, ground } = scene;
    const pixels = this.image.data;
    new Uint32Array(pixels.buffer).fill((255 << 24) | (ground[2] << 16) | (ground[1] << 8) | ground[0]);
    for (const point of scene.order) {
      const x = places[3 * point] * ratio, y = places[3 * point + 1] * ratio, depth = places[3 * point + 2];
      const level = levels[point], isRinged = level >= LEVEL.RING;
      const near = camera.isDeep ? Math.min(1.8, Math.max(0.6, EYE / Math.max(0.1, EYE - depth))) : 1;
      const radius = scene.radius * ratio * GROWTH[level & 3] * (isRinged ? 1.35 : 1) * near;
      if (x < -radius || y < -radius || x > width + radius || y > height + radius) continue;
      const clear = camera.isDeep ? Math.min(1, Math.max(0.35, 0.72 + depth * 0.4)) : 1;
      const alpha = Math.max(ALPHA[level & 3], isRinged ? 0.9 : 0);
      const red = ground[0] + (colours[3 * point] - ground[0]) * clear;
      const green = ground[1] + (colours[3 * point + 1] - ground[1]) * clear;
      const blue = ground[2] + (colours[3 * point + 2] - ground[2]) * clear;
      const left = Math.max(0, Math.floor(x - radius)), right = Math.min(width - 1, Math.ceil(x + radius));
      const bottom = Math.min(height - 1, Math.ceil(y + radius));
      for (let row = Math.max(0, Math.floor(y - radius)); row <= bottom; row++) {
        for (let column = left; column <= right; column++) {
          const far = Math.sqrt((column + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2);
          const share = Math.min(1, radius + 0.5 - far) * alpha;
          if (share <= 0) continue;
          const ink = isRinged ? Math.min(1, Math.max(0, far - radius * 0.72 + 0.5)) : 0;
          const at = 4 * (row * width + column);
          pixels[at] += (red + (scene.ink[0] - red) * ink - pixels[at]) * share;
          pixels[at + 1] += (green + (scene.ink[1] - green) * ink - pixels[at + 1]) * share;
          pixels[at + 2] += (blue + (scene.ink[2] - blue) * ink - pixels[at + 2]) * share;
        }
      }
    }
    this.context.putImageData(this.image, 0, 0);
  }
}

/**
 * Points to draw: those that are not hidden, by level, and within a level from far to near (in 256 steps: the eye sees no more).
 * @param {Uint8Array} levels @param {Float32Array | null} places Places on the screen; none where all are as near.
 */
function drawingOrder(levels, places) {
  const key = (point) => {
    const depth = places ? Math.min(255, Math.max(0, Math.round((places[3 * point + 2] + 2) * 64))) : 0;
    return (levels[point] << 8) | depth;
  };
  const starts = new Uint32Array(9 * 256);
  let count = 0;
  for (let point = 0; point < levels.length; point++) {
    if (!(levels[point] & 3)) continue;
    starts[key(point) + 1]++;
    count++;
  }
  for (let at = 1; at < starts.length; at++) starts[at] += starts[at - 1];
  const order = new Uint32Array(count);
  for (let point = 0; point < levels.length; point++) {
    if (levels[point] & 3) order[starts[key(point)]++] = point;
  }
  return order;
}
