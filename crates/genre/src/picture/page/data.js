// The map's data, as the page carries it.

/**
 * @typedef {object} Atlas
 * @property {string} title
 * @property {string} method How the map was made, in words.
 * @property {number} dimensions 2 or 3.
 * @property {string[]} axes Names of the axes; none where they mean nothing.
 * @property {{name: string, colour: string, rgb: number[]}[]} metas Meta-genres.
 * @property {{name: string, meta: number, artists: number[], centre: number[], weight: number}[]} genres
 * @property {string[]} names Of the artists.
 * @property {number[][]} genresOf Genres of each artist.
 * @property {number[]} metaOf Main meta-genre of each artist.
 * @property {Float32Array} positions x, y, z of each artist, within -1 and 1.
 * @property {number[]} origin Where all axes are 0.
 * @property {Uint8Array} blends Red, green and blue of each artist: the colours of all its genres mixed.
 * @property {{colour: "meta" | "blend", lit: number[], selection: number[]}} first What is shown at first: genres and artists.
 * @property {number[]} prominent Artists, the most prominent first.
 */

/** @param {string} text Base64. */
function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** @param {string} colour `#rrggbb` */
function rgbOf(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
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
    metas: data.metas.map((meta) => ({ ...meta, rgb: rgbOf(meta.colour) })),
    genres: data.genres.map((genre, index) => ({
      name: genre.name,
      meta: genre.meta,
      weight: genre.weight,
      centre: genre.centre.map((value, axis) => (value - centre.middle[axis]) / centre.reach),
      artists: artistsOf[index],
    })),
    names: data.artists,
    genresOf: data.genres_of,
    metaOf: data.meta_of,
    positions,
    first: data.first,
    origin: centre.middle.map((value) => -value / centre.reach),
    blends: bytesOf(data.blends),
    prominent: data.prominent,
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
