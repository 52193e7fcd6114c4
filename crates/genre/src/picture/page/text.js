// Texts: as they are searched for, and as they are handed on.

const LIGATURES = { ø: "o", đ: "d", ł: "l", ß: "ss", æ: "ae", œ: "oe", þ: "th", ð: "d", ı: "i" };

/** A name without case, accents and punctuation, so that "beyonce" finds "Beyoncé". @param {string} text */
function folded(text) {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/&/g, " and ").replace(/['’]/g, "");
  return plain.replace(/[øđłßæœþðı]/g, (letter) => LIGATURES[letter]).replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/**
 * The best `limit` of `names` for what was typed: those that begin with it, then those in which a word does, then those that have it or
 * all its words anywhere.
 * @param {string} typed @param {string[]} names Folded. @param {number} limit @returns {number[]} Places in `names`.
 */
function matches(typed, names, limit) {
  const wanted = folded(typed);
  if (!wanted) return [];
  const words = wanted.split(" ");
  const ranks = [[], [], [], []];
  names.forEach((name, index) => {
    if (name.startsWith(wanted)) ranks[0].push(index);
    else if (` ${name}`.includes(` ${wanted}`)) ranks[1].push(index);
    else if (name.includes(wanted)) ranks[2].push(index);
    else if (words.length > 1 && words.every((word) => name.includes(word))) ranks[3].push(index);
  });
  ranks.forEach((rank) => rank.sort((a, b) => names[a].length - names[b].length || a - b));
  return ranks.flat().slice(0, limit);
}

/** @param {number} number */
const grouped = (number) => number.toLocaleString("en-US");

/** "1 artist", "2 artists". @param {number} number @param {string} noun */
const counted = (number, noun) => `${grouped(number)} ${noun}${number === 1 ? "" : "s"}`;

/** A table of artists as `cantus genres` reads it. @param {{artist: string, genres: string[]}[]} rows */
function toCsv(rows) {
  const field = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return ["artist,genres", ...rows.map((row) => `${field(row.artist)},${field(row.genres.join("|"))}`), ""].join("\n");
}

/** A text within a query. @param {string} text */
const quoted = (text) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

/** The query that finds these artists. @param {string[]} names */
function artistQuery(names) {
  // In `artist:` a star stands for anything.
  return names.map((name) => `artist${name.includes("*") ? "=" : ":"}${quoted(name)}`).join(" or ");
}

/** The query that finds artists of these genres, and of none whose names only contain them. @param {string[]} genres @param {boolean} all */
function genreQuery(genres, all) {
  return genres.map((genre) => `=${quoted(genre)}`).join(all ? " and " : " or ");
}

/** The command that makes a subset of what a query finds, with a name that is short. @param {string} query */
function subsetCommand(query) {
  return `cantus subset --genre 'selection=${query.replaceAll("'", "'\\''")}' --output-dir subsets`;
}

/** Ascending whole numbers as a short text for an address. @param {number[]} numbers */
function packed(numbers) {
  let last = -1, bytes = "";
  for (const number of numbers) {
    let step = number - last - 1;
    last = number;
    while (step > 127) {
      bytes += String.fromCharCode((step & 127) | 128);
      step >>>= 7;
    }
    bytes += String.fromCharCode(step);
  }
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The inverse of `packed`: numbers below `bound`; none of a text that is none. @param {string} text @param {number} bound */
function unpacked(text, bound) {
  let bytes;
  try {
    bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return [];
  }
  const numbers = [];
  let step = 0, shift = 0, last = -1;
  for (const letter of bytes) {
    const byte = letter.charCodeAt(0);
    step += (byte & 127) * 2 ** shift;
    shift += 7;
    if (byte < 128) {
      last += step + 1;
      if (last >= bound) break;
      numbers.push(last);
      step = shift = 0;
    }
  }
  return numbers;
}
