// What is shown, and the same as a part of the page's address.

/**
 * @typedef {object} State
 * @property {"meta" | "blend"} colour
 * @property {Set<number>} lit Genres.
 * @property {boolean} needsAll Whether an artist must have all lit genres to be lit, not just one.
 * @property {Set<number>} hidden Meta-genres.
 * @property {number} artist The one that is looked at, or -1.
 * @property {number[]} selection Artists, ascending.
 */

/** What is shown when the page is opened. @param {Atlas} atlas @returns {State} */
function firstState({ first }) {
  return { colour: first.colour, lit: new Set(first.lit), needsAll: false, hidden: new Set(), artist: -1, selection: [...first.selection] };
}

/** Most letters of a selection in the address; browsers cut what is longer. */
const MAX_ADDRESS = 6000;

/** The level at which each artist is drawn. @param {Atlas} atlas @param {State} state @param {Uint8Array} levels */
function setLevels(atlas, state, levels) {
  const isSelected = new Uint8Array(levels.length);
  state.selection.forEach((artist) => (isSelected[artist] = 1));
  for (let artist = 0; artist < levels.length; artist++) {
    if (state.hidden.has(atlas.metaOf[artist])) {
      levels[artist] = LEVEL.HIDDEN;
      continue;
    }
    let level = LEVEL.PLAIN;
    if (state.lit.size) level = isLit(atlas, state, artist) ? LEVEL.LIT : LEVEL.FAINT;
    else if (state.selection.length) level = isSelected[artist] ? LEVEL.LIT : LEVEL.FAINT;
    const isRinged = isSelected[artist] || artist === state.artist;
    levels[artist] = isRinged ? Math.max(level, LEVEL.PLAIN) | LEVEL.RING : level;
  }
}

/** Whether an artist has the lit genres. @param {Atlas} atlas @param {State} state @param {number} artist */
function isLit(atlas, state, artist) {
  const genres = atlas.genresOf[artist];
  if (!state.needsAll) return genres.some((genre) => state.lit.has(genre));
  return genres.filter((genre) => state.lit.has(genre)).length === state.lit.size;
}

/** @param {Atlas} atlas @param {State} state */
function litArtists(atlas, state) {
  if (!state.lit.size) return [];
  const artists = new Set([...state.lit].flatMap((genre) => atlas.genres[genre].artists));
  return [...artists].filter((artist) => isLit(atlas, state, artist)).sort((a, b) => a - b);
}

/** Writes the colour of each artist. @param {Atlas} atlas @param {State} state @param {number[]} ground @param {Uint8Array} colours */
function setColours(atlas, state, ground, colours) {
  atlas.metaOf.forEach((meta, artist) => {
    const isBlend = state.colour === "blend";
    const colour = isBlend ? onGround([...atlas.blends.subarray(3 * artist, 3 * artist + 3)], ground) : atlas.metas[meta].shown;
    colours.set(colour, 3 * artist);
  });
}

/** What comes behind the `#` of the page's address. @param {Atlas} atlas @param {State} state @param {View} view */
function toHash(atlas, state, view, home) {
  const parts = new URLSearchParams();
  const keys = ["x", "y", "z", "zoom", "yaw", "pitch"];
  if (keys.some((key) => view[key] !== home[key])) parts.set("view", keys.map((key) => +view[key].toPrecision(5)).join(","));
  parts.set("colour", state.colour);
  for (const genre of state.lit) parts.append("genre", atlas.genres[genre].name);
  if (state.needsAll) parts.set("all", "1");
  for (const meta of state.hidden) parts.append("hide", atlas.metas[meta].name);
  if (state.artist >= 0) parts.set("artist", atlas.names[state.artist]);
  const selection = packed(state.selection);
  if (selection && selection.length <= MAX_ADDRESS) parts.set("selection", selection);
  return parts.toString();
}

/** The inverse of `toHash`; what is not known is left out. @param {Atlas} atlas @param {string} hash @param {View} home */
function fromHash(atlas, hash, home) {
  const state = firstState(atlas);
  if (hash.length < 2) return { state, view: home };
  const parts = new URLSearchParams(hash.slice(1));
  const places = (key, names) => parts.getAll(key).map((name) => names.indexOf(name)).filter((place) => place >= 0);
  if (["meta", "blend"].includes(parts.get("colour"))) state.colour = parts.get("colour");
  state.lit = new Set(places("genre", atlas.genres.map((genre) => genre.name)));
  state.needsAll = parts.has("all");
  state.hidden = new Set(places("hide", atlas.metas.map((meta) => meta.name)));
  state.artist = places("artist", atlas.names)[0] ?? -1;
  state.selection = unpacked(parts.get("selection") ?? "", atlas.names.length);
  const [x, y, z, zoom, yaw, pitch] = (parts.get("view") ?? "").split(",").map(Number);
  const isView = [x, y, z, zoom, yaw, pitch].every(Number.isFinite) && zoom >= ZOOMS.least && zoom <= ZOOMS.most;
  return { state, view: isView ? { x, y, z, zoom, yaw, pitch } : home };
}
