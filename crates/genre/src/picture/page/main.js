// The page: holds the state, draws when something has changed, and joins the parts.

const atlas = readAtlas();
const camera = new Camera(atlas.dimensions);
const count = atlas.names.length;
const stage = byId("stage"), pointsCanvas = byId("points"), overlayCanvas = byId("overlay"), tooltip = byId("tooltip");

/** @type {State} */
let state = firstState(atlas);
const home = camera.home();
let hovered = -1, lasso = [], isLasso = false, flight = null, isAsked = false, note = "", theme = {};
/** @type {Scene} */
const scene = {
  positions: atlas.positions, places: new Float32Array(3 * count), colours: new Uint8Array(3 * count), levels: new Uint8Array(count),
  order: new Uint32Array(), camera, radius: 3, ground: [255, 255, 255], ink: [0, 0, 0], isNew: true,
};
const wantsCanvas = new URLSearchParams(location.search).get("painter") === "canvas";
const painter = (!wantsCanvas && WebGlPainter.on(pointsCanvas)) || new PixelPainter(pointsCanvas);
const overlay = new Overlay(overlayCanvas, atlas, camera);
const isCalm = matchMedia("(prefers-reduced-motion: reduce)");
document.documentElement.dataset.painter = painter.name;

overlayCanvas.setAttribute("aria-label", `Map of ${counted(count, "artist")}`);
const panel = new Panel(atlas, { change, visit, toggleGenre, copy });

/** Changes the state, and shows it. @param {(state: State) => void} how */
function change(how) {
  how(state);
  note = "";
  refresh();
}

function refresh() {
  setLevels(atlas, state, scene.levels);
  setColours(atlas, state, scene.ground, scene.colours);
  scene.isNew = true;
  panel.show(state);
  say();
  ask();
}

/** Says below the map what is seen. */
function say() {
  const shown = scene.levels.reduce((sum, level) => sum + ((level & 3) > 0), 0);
  let text = shown === count ? counted(count, "artist") : `${grouped(shown)} of ${counted(count, "artist")}`;
  if (isLasso) text = "Draw around artists. Shift adds them to the selection, Alt takes them out.";
  byId("status").textContent = note || text;
}

/** Has the map drawn with the next picture of the screen. */
function ask() {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame((now) => {
    isAsked = false;
    if (flight) fly(now);
    draw();
  });
}

function draw() {
  const ratio = Math.min(2.5, devicePixelRatio || 1);
  camera.project(scene.positions, scene.places);
  if (scene.isNew || camera.isDeep) scene.order = drawingOrder(scene.levels, camera.isDeep ? scene.places : null);
  const crowd = Math.sqrt((camera.width * camera.height) / Math.max(1, count)) * 0.18;
  scene.radius = Math.min(10, Math.min(4, Math.max(1.3, crowd)) * camera.view.zoom ** 0.32);
  painter.draw(scene, ratio);
  scene.isNew = false;
  overlay.draw(state, scene, ratio, lasso, hovered, theme);
  writeAddress();
}

/** What is seen, or will be at the end of a flight, as a part of the address. */
const hashNow = () => `#${toHash(atlas, state, flight?.to ?? camera.view, home)}`;

let addressTimer = 0;
/** The address follows what is seen, a moment later: browsers refuse a hundred changes a second. */
function writeAddress() {
  addressTimer ||= setTimeout(() => {
    addressTimer = 0;
    if (hashNow() !== location.hash) history.replaceState(null, "", hashNow());
  }, 250);
}

function readAddress() {
  const read = fromHash(atlas, location.hash, home);
  state = read.state;
  camera.view = { ...read.view };
  if (!camera.isDeep) Object.assign(camera.view, { z: 0, yaw: 0, pitch: 0 });
  flight = null;
  refresh();
}

/** Moves to a view, and there on foot: 0.6 seconds. @param {View} to */
function flyTo(to) {
  flight = { from: { ...camera.view }, to, start: performance.now() };
  ask();
}

function fly(now) {
  const { from, to, start } = flight;
  const time = isCalm.matches ? 1 : Math.min(1, Math.max(0, (now - start) / 600));
  const share = time < 0.5 ? 4 * time ** 3 : 1 - (2 - 2 * time) ** 3 / 2;
  for (const key of Object.keys(to)) camera.view[key] = from[key] + (to[key] - from[key]) * share;
  camera.view.zoom = from.zoom * (to.zoom / from.zoom) ** share;
  if (time === 1) flight = null;
  else ask();
}

/** Looks at an artist, from near enough to see who is around. @param {number} artist */
function visit(artist) {
  change((next) => {
    next.artist = artist;
    next.hidden.delete(atlas.metaOf[artist]);
  });
  const [x, y, z] = placeOf(artist);
  flyTo({ ...camera.view, x, y, z, zoom: Math.max(camera.view.zoom, 5) });
  byId("panel").scrollTop = 0;
}

const placeOf = (artist) => [...atlas.positions.subarray(3 * artist, 3 * artist + 3)];

function toggleGenre(genre) {
  change((next) => (next.lit.has(genre) ? next.lit.delete(genre) : next.lit.add(genre)));
}

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Where a page may not reach the clipboard, a selected text may.
    const area = element("textarea", { readonly: "" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  note = `${what}: done`;
  say();
}

/** The artist nearest to a place of the screen, if it is near. Those drawn above others come first. */
function artistAt(x, y, reach) {
  let best = -1, least = Infinity;
  for (const artist of scene.order) {
    const far = Math.hypot(scene.places[3 * artist] - x, scene.places[3 * artist + 1] - y);
    const isFaint = (scene.levels[artist] & 3) === LEVEL.FAINT;
    if (far < reach + scene.radius && far + (isFaint ? 8 : 0) <= least) [best, least] = [artist, far + (isFaint ? 8 : 0)];
  }
  return best;
}

function hover(artist, x, y) {
  if (artist !== hovered) ask();
  hovered = artist;
  overlayCanvas.classList.toggle("pointing", artist >= 0);
  tooltip.hidden = artist < 0;
  if (artist < 0) return;
  const genres = atlas.genresOf[artist].map((genre) => {
    const { name, meta } = atlas.genres[genre];
    return element("span", { colour: atlas.metas[meta].colour }, element("span", { class: "dot" }), ` ${name}`);
  });
  const line = element("p", { class: "faint" });
  genres.forEach((genre, index) => line.append(...(index ? [", "] : []), genre));
  tooltip.replaceChildren(element("strong", {}, atlas.names[artist]), line);
  const [width, height] = [tooltip.offsetWidth, tooltip.offsetHeight];
  const left = x + 16 + width < camera.width ? x + 16 : Math.max(4, x - width - 16);
  const top = Math.max(4, Math.min(camera.height - height - 4, y + 14));
  tooltip.style.transform = `translate(${left}px, ${top}px)`;
}

function setLasso(isOn) {
  isLasso = isOn;
  note = "";
  byId("lasso").setAttribute("aria-pressed", String(isOn));
  overlayCanvas.classList.toggle("lasso", isOn);
  say();
}

/** Selects who is within the lasso: of all that are shown, or, if genres are lit, of the lit. */
function selectWithin(polygon, event) {
  const isCandidate = (level) => (level & 3) > 0 && (!state.lit.size || (level & 3) === LEVEL.LIT);
  const within = new Set(state.selection.length && (event.shiftKey || event.altKey) ? state.selection : []);
  scene.levels.forEach((level, artist) => {
    if (!isCandidate(level) || !isWithin(scene.places[3 * artist], scene.places[3 * artist + 1], polygon)) return;
    event.altKey ? within.delete(artist) : within.add(artist);
  });
  change((next) => (next.selection = [...within].sort((a, b) => a - b)));
  byId("panel").scrollTop = 0;
}

listen(overlayCanvas, camera, {
  isLasso: () => isLasso,
  moved: () => {
    flight = null;
    ask();
  },
  clicked: (x, y) => {
    const artist = artistAt(x, y, 8);
    if (artist !== state.artist) change((next) => (next.artist = artist));
  },
  pointed: (x, y, type) => {
    const artist = type === "touch" || isLasso ? -1 : artistAt(x, y, 6);
    hover(artist, x, y);
  },
  left: () => hover(-1),
  lassoed: (points, isDone, event) => {
    lasso = isDone ? [] : points;
    if (isDone) setLasso(false);
    if (isDone && points.length > 2) selectWithin(points, event);
    ask();
  },
  zoomed: (factor, x, y) => {
    const before = flight?.to ?? camera.view, probe = Object.assign(new Camera(atlas.dimensions), { width: camera.width, height: camera.height });
    probe.view = { ...before };
    probe.zoomAt(factor, x, y);
    flyTo(probe.view);
  },
  pressed: (key) => {
    if (key === "0" || key === "Home") reset();
    else if (key === "l" || key === "L") setLasso(!isLasso);
    else if (key === "/") byId("search").focus();
    else if (key === "Escape") letGo();
    else return false;
    return true;
  },
});

/** Takes back the last of: the lasso, the artist, the lit genres, the selection. */
function letGo() {
  if (isLasso) return setLasso(false);
  change((next) => {
    if (next.artist >= 0) next.artist = -1;
    else if (next.lit.size) next.lit.clear();
    else next.selection = [];
  });
}

function reset() {
  setLasso(false);
  byId("filter").value = "";
  change(() => (state = firstState(atlas)));
  flyTo({ ...home });
}

byId("lasso").onclick = () => setLasso(!isLasso);
byId("closer").onclick = () => flyTo({ ...camera.view, zoom: Math.min(ZOOMS.most, (flight?.to ?? camera.view).zoom * 1.6) });
byId("farther").onclick = () => flyTo({ ...camera.view, zoom: Math.max(ZOOMS.least, (flight?.to ?? camera.view).zoom / 1.6) });
byId("reset").onclick = reset;
byId("share").onclick = () => copy(`${location.href.replace(/#.*/, "")}${hashNow()}`, "Copy link");
byId("theme").onclick = () => {
  const isDark = getComputedStyle(document.documentElement).colorScheme === "dark"
    || (document.documentElement.dataset.theme === undefined && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = isDark ? "light" : "dark";
  readTheme();
};
document.addEventListener("keydown", (event) => {
  const isTyping = event.target instanceof HTMLInputElement;
  if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  byId("search").focus();
});

/** Takes the colours of what is drawn from the page's style. */
function readTheme() {
  const probe = element("span", { hidden: "" });
  document.body.append(probe);
  for (const name of ["ground", "ink", "faint", "line", "accent"]) {
    probe.style.color = `var(--${name})`;
    theme[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  const parts = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map(Number);
  scene.ground = parts(theme.ground);
  scene.ink = theme.inkRgb = parts(theme.ink);
  for (const meta of atlas.metas) {
    meta.shown = onGround(meta.rgb, scene.ground);
    meta.colour = `rgb(${meta.shown})`;
  }
  refresh();
}

function fit() {
  const ratio = Math.min(2.5, devicePixelRatio || 1);
  camera.width = Math.max(1, stage.clientWidth);
  camera.height = Math.max(1, stage.clientHeight);
  for (const canvas of [pointsCanvas, overlayCanvas]) {
    canvas.width = Math.round(camera.width * ratio);
    canvas.height = Math.round(camera.height * ratio);
  }
  draw();
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", readTheme);
pointsCanvas.addEventListener("webglcontextrestored", ask);
addEventListener("hashchange", readAddress);
new ResizeObserver(fit).observe(stage);
readTheme();
readAddress();
