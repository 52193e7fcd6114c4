// The map's data, as the page carries it.

/**
 * @typedef {object} Atlas
 * @property {string} title
 * @property {string} method How the map was made, in words.
 * @property {number} dimensions 2 or 3.
 * @property {string[]} axes Names of the axes; none where they mean nothing.
 * @property {{name: string, colour: string, rgb: number[], shown: number[]}[]} metas Meta-genres; `shown` and `colour` suit the ground.
 * @property {{name: string, meta: number, artists: number[], centre: Float32Array}[]} genres
 * @property {string[]} names Of the artists.
 * @property {number[][]} genresOf Genres of each artist.
 * @property {number[]} metaOf Main meta-genre of each artist.
 * @property {Float32Array} positions x, y, z of each artist, within -1 and 1.
 * @property {Float32Array} origin Where all axes are 0.
 * @property {Uint8Array} blends Red, green and blue of each artist: the colours of all its genres mixed.
 * @property {{colour: "meta" | "blend", lit: number[], selection: number[]}} first What is shown at first: genres and artists.
 * @property {number[]} namedArtists Artists in the order in which they are named.
 * @property {number[]} namedGenres Genres in that order.
 */

/** @param {string} text Base64. */
function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** @param {string} colour `#rrggbb` */
function rgbOf(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

/** A colour `share` of the way to another. @param {number[]} from @param {number[]} to @param {number} share */
function mixed(from, to, share) {
  return from.map((part, axis) => Math.round(part + (to[axis] - part) * share));
}

/** Light of a colour, from 0 to 1 (WCAG 2's relative luminance). @param {number[]} rgb */
function light(rgb) {
  const [red, green, blue] = rgb.map((part) => (part <= 10 ? part / 3294 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** A colour as it is seen on a dark ground: brighter where it would sink into it. @param {number[]} rgb @param {number[]} ground */
function onGround(rgb, ground) {
  if (light(ground) > 0.4) return rgb;
  let share = 0;
  while (share < 0.8 && light(mixed(rgb, [255, 255, 255], share)) + 0.05 < 2.6 * (light(ground) + 0.05)) share += 0.1;
  return mixed(rgb, [255, 255, 255], share);
}

/** @returns {Atlas} */
function readAtlas() {
  const data = JSON.parse(document.getElementById("map-data").textContent);
  const positions = new Float32Array(bytesOf(data.positions).buffer);
  const centre = normalise(positions);
  const artistsOf = data.genres.map(() => []);
  data.genres_of.forEach((genres, artist) => genres.forEach((genre) => artistsOf[genre].push(artist)));
  return {
    title: data.title,
    method: data.method,
    dimensions: data.dimensions,
    axes: data.axes,
    metas: data.metas.map((meta) => ({ ...meta, rgb: rgbOf(meta.colour), shown: rgbOf(meta.colour) })),
    genres: data.genres.map((genre, index) => ({
      name: genre.name,
      meta: genre.meta,
      centre: Float32Array.from(genre.centre, (value, axis) => (value - centre.middle[axis]) / centre.reach),
      artists: artistsOf[index],
    })),
    names: data.artists,
    genresOf: data.genres_of,
    metaOf: data.meta_of,
    positions,
    first: data.first,
    origin: Float32Array.from(centre.middle, (value) => -value / centre.reach),
    blends: bytesOf(data.blends),
    namedArtists: data.named_artists,
    namedGenres: data.named_genres,
  };
}

/** Moves and scales all positions, by the same on all axes, so that they are within -1 and 1. */
function normalise(positions) {
  const low = [Infinity, Infinity, Infinity], high = [-Infinity, -Infinity, -Infinity];
  positions.forEach((value, at) => {
    low[at % 3] = Math.min(low[at % 3], value);
    high[at % 3] = Math.max(high[at % 3], value);
  });
  const middle = low.map((value, axis) => (positions.length ? (value + high[axis]) / 2 : 0));
  const reach = Math.max(1e-12, ...high.map((value, axis) => (positions.length ? value - middle[axis] : 1)));
  positions.forEach((value, at) => (positions[at] = (value - middle[at % 3]) / reach));
  return { middle, reach };
}
