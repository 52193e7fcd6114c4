// What mouse, fingers and keys do to the map.

/**
 * @typedef {object} Hands
 * @property {() => boolean} isLasso Whether a drag draws a lasso.
 * @property {() => void} moved After the camera has moved.
 * @property {(x: number, y: number) => void} clicked
 * @property {(x: number, y: number, type: string) => void} pointed
 * @property {() => void} left
 * @property {(points: {x: number, y: number}[], isDone: boolean, event: PointerEvent) => void} lassoed
 * @property {(factor: number, x: number, y: number) => void} zoomed
 * @property {(key: string) => boolean} pressed Whether the key meant something.
 */

/** @param {HTMLElement} target @param {Camera} camera @param {Hands} hands */
function listen(target, camera, hands) {
  /** @type {Map<number, {x: number, y: number}>} */
  const pointers = new Map();
  let lasso = null, travelled = 0;
  const place = (event) => {
    const box = target.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  target.addEventListener("pointerdown", (event) => {
    if (event.button > 1) return;
    target.setPointerCapture(event.pointerId);
    target.focus({ preventScroll: true });
    pointers.set(event.pointerId, place(event));
    if (pointers.size === 1) travelled = 0;
    const isAlone = pointers.size === 1 && event.button === 0;
    lasso = isAlone && (hands.isLasso() || event.ctrlKey || event.metaKey) ? [place(event)] : null;
    hands.left();
  });

  target.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId), now = place(event);
    if (!before) return hands.pointed(now.x, now.y, event.pointerType);
    const [right, down] = [now.x - before.x, now.y - before.y];
    travelled += Math.hypot(right, down);
    if (pointers.size === 2) {
      const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
      const apart = (point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
      camera.pan(right / 2, down / 2);
      camera.zoomAt(apart(now) / apart(before), (now.x + other.x) / 2, (now.y + other.y) / 2);
      hands.moved();
    } else if (lasso) {
      lasso.push(now);
      hands.lassoed(lasso, false, event);
    } else if (travelled > 4 || event.pointerType === "mouse") {
      const isPan = !camera.isDeep || event.shiftKey || (event.buttons & 4) !== 0;
      isPan ? camera.pan(right, down) : camera.turn(right, down);
      hands.moved();
    }
    pointers.set(event.pointerId, now);
  });

  const up = (event) => {
    if (!pointers.delete(event.pointerId)) return;
    const { x, y } = place(event);
    const isDone = event.type === "pointerup";
    if (lasso) hands.lassoed(isDone && travelled > 12 ? lasso : [], true, event);
    if (isDone && !pointers.size && travelled < 5 && event.button === 0) hands.clicked(x, y);
    lasso = null;
  };
  target.addEventListener("pointerup", up);
  target.addEventListener("pointercancel", up);
  target.addEventListener("pointerleave", () => hands.left());

  target.addEventListener("wheel", (event) => {
    event.preventDefault();
    const { x, y } = place(event);
    const lines = event.deltaMode === 1 ? 16 : 1;
    // A pinch on a touchpad arrives as a small turn of the wheel with Ctrl.
    camera.zoomAt(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0015)), x, y);
    hands.moved();
  }, { passive: false });

  target.addEventListener("dblclick", (event) => {
    const { x, y } = place(event);
    hands.zoomed(event.shiftKey ? 0.5 : 2, x, y);
  });

  target.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (lasso && event.key === "Escape") {
      lasso = null;
      return hands.lassoed([], true, event);
    }
    const step = 40;
    const arrows = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const arrow = arrows[event.key];
    if (arrow) {
      const isPan = !camera.isDeep || event.shiftKey;
      isPan ? camera.pan(arrow[0] * step, arrow[1] * step) : camera.turn(-arrow[0] * 15, -arrow[1] * 15);
      hands.moved();
    } else if (event.key === "+" || event.key === "=") hands.zoomed(1.4, camera.width / 2, camera.height / 2);
    else if (event.key === "-" || event.key === "_") hands.zoomed(1 / 1.4, camera.width / 2, camera.height / 2);
    else if (!hands.pressed(event.key)) return;
    event.preventDefault();
  });
}
