// The panel beside the map.

/** Rows of a list that are made at once: a browser with ten thousand of them stutters. */
const MAX_ROWS = 400;

/**
 * An element with attributes, listeners (`onclick`) and children; texts stay texts.
 * @param {string} name @param {Record<string, unknown>} attributes @param {(Node | string)[]} children
 */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made[key] = value;
    else if (key === "colour") made.style.setProperty("--colour", value);
    else if (key === "share") made.style.setProperty("--share", value);
    else made.setAttribute(key, String(value));
  }
  made.append(...children);
  return made;
}

const byId = (id) => document.getElementById(id);

/**
 * @typedef {object} Wishes What the panel asks of the page.
 * @property {(change: (state: State) => void) => void} change
 * @property {(artist: number) => void} visit
 * @property {(genre: number) => void} toggleGenre
 * @property {(text: string, said: string) => void} copy
 */

class Panel {
  /** @param {Atlas} atlas @param {Wishes} wishes */
  constructor(atlas, wishes) {
    Object.assign(this, { atlas, wishes });
    this.byCount = atlas.genres
      .map((_, genre) => genre)
      .sort((a, b) => atlas.genres[b].artists.length - atlas.genres[a].artists.length || a - b);
    this.most = atlas.genres[this.byCount[0]]?.artists.length ?? 1;
    this.folded = { artists: atlas.names.map(folded), genres: atlas.genres.map((genre) => folded(genre.name)) };
    byId("title").textContent = atlas.title;
    byId("about").textContent = `${counted(atlas.names.length, "artist")}, ${counted(atlas.genres.length, "genre")}. ${atlas.method}`;
    byId("by-meta").onclick = () => wishes.change((state) => (state.colour = "meta"));
    byId("by-blend").onclick = () => wishes.change((state) => (state.colour = "blend"));
    for (const id of ["by-meta", "by-blend"]) {
      byId(id).addEventListener("keydown", (event) => {
        if (!event.key.startsWith("Arrow")) return;
        event.preventDefault();
        const other = byId(id === "by-meta" ? "by-blend" : "by-meta");
        other.click();
        other.focus();
      });
    }
    byId("filter").oninput = () => this.showGenres(this.state);
    byId("handle").onclick = () => {
      const isClosed = byId("handle").closest("aside").classList.toggle("closed");
      byId("handle").setAttribute("aria-expanded", String(!isClosed));
    };
    this.prepareSearch();
  }

  /** @param {State} state */
  show(state) {
    this.state = state;
    for (const [id, colour] of [["by-meta", "meta"], ["by-blend", "blend"]]) {
      byId(id).setAttribute("aria-checked", String(state.colour === colour));
      byId(id).tabIndex = state.colour === colour ? 0 : -1;
    }
    this.keepingFocus(() => {
      this.showLegend(state);
      this.showGenres(state);
      this.showLit(state);
      this.showArtist(state);
      this.showSelection(state);
    });
  }

  /** Does what makes buttons anew, and puts the focus on the one that stands for the one that had it. */
  keepingFocus(work) {
    const had = document.activeElement?.dataset?.key;
    const scroll = byId("panel").scrollTop;
    work();
    byId("panel").scrollTop = scroll;
    if (had) document.querySelector(`[data-key="${CSS.escape(had)}"]`)?.focus({ preventScroll: true });
  }

  showLegend(state) {
    const { metas, metaOf } = this.atlas;
    const counts = metas.map(() => 0);
    metaOf.forEach((meta) => counts[meta]++);
    const row = ({ name, colour }, meta) => {
      const toggle = (event) => this.wishes.change((next) => {
        const others = metas.map((_, other) => other).filter((other) => other !== meta);
        if (event.shiftKey || event.altKey) {
          const isAlone = others.every((other) => next.hidden.has(other)) && !next.hidden.has(meta);
          next.hidden = new Set(isAlone ? [] : others);
        } else next.hidden.has(meta) ? next.hidden.delete(meta) : next.hidden.add(meta);
      });
      return element("li", {}, element("button", {
        "aria-pressed": !state.hidden.has(meta), "data-key": `meta ${name}`, title: `Show or hide ${name}; with Shift, only ${name}`, colour, onclick: toggle,
      }, element("span", { class: "dot" }), element("span", { class: "name" }, name), element("span", { class: "count" }, grouped(counts[meta]))));
    };
    byId("legend").replaceChildren(...metas.map(row).filter((_, meta) => counts[meta] > 0));
  }

  /** A button that lights a genre. */
  genreButton(genre, count, most, state, key) {
    const { name, meta } = this.atlas.genres[genre];
    return element("button", {
      "aria-pressed": state.lit.has(genre), "data-key": `${key} ${name}`, title: name, colour: this.atlas.metas[meta].colour,
      share: `${(100 * count) / most}%`, onclick: () => this.wishes.toggleGenre(genre),
    }, element("span", { class: "dot" }), element("span", { class: "name" }, name), element("span", { class: "count" }, grouped(count)));
  }

  showGenres(state) {
    const typed = byId("filter").value;
    const wanted = folded(typed);
    const found = this.byCount.filter((genre) => this.folded.genres[genre].includes(wanted));
    const rows = found.slice(0, MAX_ROWS).map((genre) =>
      element("li", {}, this.genreButton(genre, this.atlas.genres[genre].artists.length, this.most, state, "genre")));
    if (found.length > MAX_ROWS) rows.push(element("li", { class: "more" }, `${counted(found.length - MAX_ROWS, "more")}: filter to see them`.replace("mores", "more")));
    if (!found.length) rows.push(element("li", { class: "more" }, `No genre has “${typed}” in its name`));
    byId("genres").replaceChildren(...rows);
  }

  /** A small button that lights a genre, or lets it go. */
  chip(genre, state, key, mark = "") {
    const { name, meta } = this.atlas.genres[genre];
    return element("button", {
      class: "chip", "aria-pressed": state.lit.has(genre), "data-key": `${key} ${name}`, colour: this.atlas.metas[meta].colour,
      onclick: () => this.wishes.toggleGenre(genre),
    }, element("span", { class: "dot" }), element("span", { class: "name" }, name), mark);
  }

  showLit(state) {
    const box = byId("lit");
    box.hidden = !state.lit.size;
    if (box.hidden) return box.replaceChildren();
    const { atlas, wishes } = this;
    const artists = litArtists(atlas, state);
    const link = (text, key, onclick) => element("button", { class: "link", "data-key": key, onclick }, text);
    const line = element("p", { class: "faint" }, `${counted(artists.length, "artist")} lit. `);
    if (state.lit.size > 1) {
      const words = state.needsAll ? "Having all of these" : "Having any of these";
      line.append(link(words, "lit all", () => wishes.change((next) => (next.needsAll = !next.needsAll))), " · ");
    }
    line.append(
      link("Select them", "lit select", () => wishes.change((next) => (next.selection = artists))), " · ",
      link("Clear", "lit clear", () => wishes.change((next) => next.lit.clear())),
    );
    const query = genreQuery([...state.lit].map((genre) => atlas.genres[genre].name), state.needsAll);
    box.replaceChildren(element("div", { class: "chips" }, ...[...state.lit].map((genre) => this.chip(genre, state, "lit", " ×"))), line, this.command(query, "lit"));
  }

  /** A command to copy. */
  command(query, key) {
    const command = subsetCommand(query);
    const button = (text, what) => element("button", { "data-key": `${key} ${text}`, onclick: () => this.wishes.copy(what, text) }, text);
    return element("div", { class: "command" },
      element("pre", { tabindex: 0, "aria-label": "Command" }, command.length > 2000 ? `${command.slice(0, 2000)}…` : command),
      element("div", { class: "actions" }, button("Copy command", command), button("Copy query", query)));
  }

  /** A card's first line, with a button that closes it. */
  cardTitle(text, label, close) {
    return element("div", { class: "bar" }, element("h2", { class: "card-title" }, text), element("button", { class: "close", "aria-label": label, onclick: close }, "×"));
  }

  showArtist(state) {
    const box = byId("artist"), { atlas, wishes } = this, { artist } = state;
    box.hidden = artist < 0;
    if (box.hidden) return box.replaceChildren();
    const isSelected = state.selection.includes(artist);
    const toggle = () => wishes.change((next) => {
      next.selection = isSelected ? next.selection.filter((other) => other !== artist) : [...next.selection, artist].sort((a, b) => a - b);
    });
    const row = ([other, shared]) => element("li", {}, this.artistButton(other, `${shared} shared`, "alike"));
    box.replaceChildren(
      this.cardTitle(atlas.names[artist], "Close the artist", () => wishes.change((next) => (next.artist = -1))),
      element("div", { class: "chips" }, ...atlas.genresOf[artist].map((genre) => this.chip(genre, state, "chip"))),
      element("div", { class: "actions" },
        element("button", { "data-key": "artist fly", onclick: () => wishes.visit(artist) }, "Centre"),
        element("button", { "data-key": "artist select", onclick: toggle }, isSelected ? "Take out of the selection" : "Add to the selection")),
      element("h3", {}, "Most alike by genres"),
      element("ul", { class: "artists" }, ...this.alike(artist, 8).map(row)),
    );
  }

  /** Artists with the greatest share of genres in common (Jaccard's index), and how many these are. */
  alike(artist, limit) {
    const { genresOf, genres } = this.atlas;
    const shared = new Map();
    for (const genre of genresOf[artist]) for (const other of genres[genre].artists) shared.set(other, (shared.get(other) ?? 0) + 1);
    shared.delete(artist);
    const likeness = ([other, count]) => count / (genresOf[artist].length + genresOf[other].length - count);
    return [...shared].sort((a, b) => likeness(b) - likeness(a) || a[0] - b[0]).slice(0, limit);
  }

  artistButton(artist, note, key) {
    const { atlas } = this;
    return element("button", {
      "data-key": `${key} ${atlas.names[artist]}`, title: atlas.genresOf[artist].map((genre) => atlas.genres[genre].name).join(", "),
      colour: atlas.metas[atlas.metaOf[artist]].colour, onclick: () => this.wishes.visit(artist),
    }, element("span", { class: "dot" }), element("span", { class: "name" }, atlas.names[artist]), element("span", { class: "count" }, note));
  }

  showSelection(state) {
    const box = byId("selection"), { atlas, wishes } = this, { selection } = state;
    box.hidden = !selection.length;
    if (box.hidden) return box.replaceChildren();
    const rows = () => selection.map((artist) => ({ artist: atlas.names[artist], genres: atlas.genresOf[artist].map((genre) => atlas.genres[genre].name) }));
    const counts = new Map();
    for (const artist of selection) for (const genre of atlas.genresOf[artist]) counts.set(genre, (counts.get(genre) ?? 0) + 1);
    const top = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 12);
    const listed = selection.slice(0, MAX_ROWS).map((artist) => element("li", {}, this.artistButton(artist, "", "selected")));
    if (selection.length > MAX_ROWS) listed.push(element("li", { class: "more" }, `and ${grouped(selection.length - MAX_ROWS)} more in the downloads`));
    const save = (text, name, type, make) => element("button", { "data-key": `save ${text}`, onclick: () => download(name, type, make()) }, text);
    box.replaceChildren(
      this.cardTitle(`${counted(selection.length, "artist")} selected`, "Clear the selection", () => wishes.change((next) => (next.selection = []))),
      element("ul", { class: "artists", "aria-label": "Selected artists" }, ...listed),
      element("h3", {}, "Their genres"),
      element("ul", { class: "genres" }, ...top.map(([genre, count]) => element("li", {}, this.genreButton(genre, count, top[0][1], state, "histogram")))),
      element("h3", {}, "Take them along"),
      element("div", { class: "actions" },
        save("Table (CSV)", "selection.csv", "text/csv", () => toCsv(rows())),
        save("Table (JSON)", "selection.json", "application/json", () => `${JSON.stringify(rows(), null, 2)}\n`),
        save("Names", "selection.txt", "text/plain", () => selection.map((artist) => `${atlas.names[artist]}\n`).join(""))),
      this.command(artistQuery(selection.map((artist) => atlas.names[artist])), "selection"),
    );
  }

  prepareSearch() {
    const input = byId("search"), list = byId("suggestions");
    let offers = [], active = -1;
    const close = () => {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const take = (offer) => {
      close();
      input.value = "";
      offer.artist === undefined ? this.wishes.toggleGenre(offer.genre) : this.wishes.visit(offer.artist);
    };
    const mark = (next) => {
      active = next;
      [...list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === active)));
      list.children[active]?.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", `offer-${active}`);
    };
    const suggest = () => {
      const { atlas } = this;
      offers = [
        ...matches(input.value, this.folded.artists, 8).map((artist) => ({ artist })),
        ...matches(input.value, this.folded.genres, 4).map((genre) => ({ genre })),
      ];
      if (!folded(input.value)) return close();
      const row = (offer, index) => {
        const isGenre = offer.artist === undefined;
        const name = isGenre ? atlas.genres[offer.genre].name : atlas.names[offer.artist];
        const note = isGenre
          ? `genre of ${counted(atlas.genres[offer.genre].artists.length, "artist")}`
          : atlas.genresOf[offer.artist].map((genre) => atlas.genres[genre].name).join(", ");
        // Before the input loses the focus.
        const onpointerdown = (event) => {
          event.preventDefault();
          take(offer);
        };
        return element("li", { role: "option", id: `offer-${index}`, "aria-selected": false, onpointerdown }, name, element("small", {}, note));
      };
      list.replaceChildren(...offers.map(row));
      if (!offers.length) list.replaceChildren(element("li", { class: "more" }, "Nobody of that name is on the map"));
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      if (offers.length) mark(0);
    };
    input.oninput = suggest;
    input.onfocus = suggest;
    input.onblur = close;
    input.onkeydown = (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && offers.length) mark((active + step + offers.length) % offers.length);
      else if (event.key === "Enter" && !list.hidden && offers[active]) take(offers[active]);
      else if (event.key === "Escape") {
        input.value = "";
        close();
      } else return;
      event.preventDefault();
    };
  }
}

/** Has the browser save a text as a file. @param {string} name @param {string} type @param {string} text */
function download(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
