/** A hand that shakes what it holds: quick turns from side to side, wider than those of a trembling hand. */

/** How far the hand comes back before it counts as a turn, in pixels on the screen. */
const SWING = 24;
/** So many turns within so many milliseconds are a shake. */
const TURNS = 4;
const WITHIN = 900;

/** Watches one drag: told where the hand is and when, it says once that it shook. */
export function watchShake(): (x: number, time: number) => boolean {
  let [farthest, direction] = [Number.NaN, 0];
  let turns: number[] = [];
  return (x, time) => {
    if (Number.isNaN(farthest)) farthest = x;
    const on = direction === 0 ? Math.sign(x - farthest) : direction;
    if ((x - farthest) * on > 0) {
      farthest = x;
      direction = on;
      return false;
    }
    if (direction === 0 || Math.abs(x - farthest) < SWING) return false;
    direction = -direction;
    farthest = x;
    turns = [...turns.filter((past) => time - past < WITHIN), time];
    if (turns.length < TURNS) return false;
    turns = [];
    return true;
  };
}
