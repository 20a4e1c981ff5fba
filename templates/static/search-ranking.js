// How words are found in static/search-index.js: for the search page, and for what the search box suggests.
(() => {
  "use strict";
  let synonyms = {};

  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  const bare = (text) => text.replace(/[^\p{L}\p{N}]+/gu, "");
  const parts = (text) => text.split(/[^\p{L}\p{N}]+/u).filter(Boolean);

  // All words must be found, be they written apart or as one, or another word for the same. Whole titles first, then
  // beginnings of titles, words in titles, and the rest.
  const rank = (entry, whole, words) => {
    const written = (word) => entry.all.includes(word) || (bare(word).length > 2 && entry.bare.includes(bare(word)));
    const has = (word) => written(word) || (synonyms[word] || []).some((other) => entry.all.includes(other));
    const together = (synonyms[whole] || []).some((other) => entry.all.includes(other));
    if (!together && !words.every(has)) return 0;
    if (bare(entry.title) === bare(whole)) return 5;
    if (bare(entry.title).startsWith(bare(whole) || whole)) return 4;
    if (words.every((word) => parts(entry.title).some((part) => part.startsWith(word)))) return 3;
    return words.every((word) => entry.title.includes(word)) ? 2 : 1;
  };

  // Edits between two words: letters put in, left out, changed or swapped with their neighbour.
  const edits = (one, other) => {
    let [before, above] = [[], [...Array(other.length + 1).keys()]];
    for (let i = 1; i <= one.length; i++) {
      const line = [i];
      for (let j = 1; j <= other.length; j++) {
        const change = above[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
        line[j] = Math.min(above[j] + 1, line[j - 1] + 1, change);
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) line[j] = Math.min(line[j], before[j - 2] + 1);
      }
      [before, above] = [above, line];
    }
    return above[other.length];
  };

  // Where nothing has the words as they are: names that are nearly so. Short words have to be right.
  const nearly = (entry, words) => {
    if (entry.row[0] === "Prompt") return 0;
    let off = 0;
    for (const word of words) {
      const most = word.length > 6 ? 2 : word.length > 3 ? 1 : 0;
      const least = Math.min(...entry.parts.map((part) => Math.min(edits(word, part), edits(word, part.slice(0, word.length)))));
      if (least > most) return 0;
      off += least;
    }
    return 1 / (1 + off);
  };

  const found = (entries, measure) =>
    entries
      .map((entry, place) => ({ entry, place, rank: measure(entry) }))
      .filter((hit) => hit.rank)
      .sort((a, b) => b.rank - a.rank || a.place - b.place)
      .map((hit) => hit.entry);

  window.arenaSearch = {
    entries: (rows, words) => {
      synonyms = words || {};
      return rows.map((row) => {
        const all = plain(`${row[1]} ${row[3]} ${row[4]}`);
        return { row, title: plain(row[1]), all, bare: bare(all), parts: parts(all) };
      });
    },
    // What has the words, best first; where nothing has them, names that are nearly so, and then exact is false.
    hits: (entries, text) => {
      const whole = plain(text).trim();
      const words = whole.split(/\s+/).filter(Boolean);
      if (!words.length) return { exact: true, hits: [] };
      const exact = found(entries, (entry) => rank(entry, whole, words));
      if (exact.length) return { exact: true, hits: exact };
      return { exact: false, hits: found(entries, (entry) => nearly(entry, words.flatMap(parts))) };
    },
  };
})();
