// A note is a group with its seconds: <g data-from="0.5" data-to="0.75">.
const melodies = [...document.querySelectorAll("figure.melody")]
  .map((figure) => ({ figure, audio: figure.querySelector("audio") }))
  .filter((melody) => melody.audio);

for (const { figure, audio } of melodies) {
  const notes = [...figure.querySelectorAll("[data-from]")].map((element) => ({
    element,
    from: Number(element.dataset.from),
    to: Number(element.dataset.to),
  }));
  const show = () => {
    const now = audio.currentTime;
    const is_over = audio.ended || (audio.paused && now === 0);
    for (const { element, from, to } of notes) {
      element.classList.toggle("sounds", !is_over && from <= now && now < to);
    }
  };
  const follow = () => {
    show();
    if (!audio.paused && !audio.ended) requestAnimationFrame(follow);
  };
  audio.addEventListener("play", () => {
    for (const other of melodies) if (other.audio !== audio) other.audio.pause();
    follow();
  });
  for (const name of ["pause", "seeked", "ended"]) audio.addEventListener(name, show);
  for (const { element, from } of notes) {
    element.addEventListener("click", () => {
      // Before anything is loaded, a player cannot be moved in every browser.
      const begin = () => {
        audio.currentTime = from;
        audio.play();
      };
      if (audio.readyState > 0) begin();
      else {
        audio.addEventListener("loadedmetadata", begin, { once: true });
        audio.load();
      }
    });
  }
}
