/** How fast the machine is just now: on a shared one, others take a part of the cores that no figure in it shows. */

const TRIES = 15;
const STEPS = 10_000_000;
const PAUSE_MS = 100;
const LONGEST_WAIT_MS = 300_000;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Milliseconds that one fixed loop takes: of some tries, that which a tenth are slower than. */
export async function loopTime() {
  const times = [];
  for (let at = 0; at < TRIES; at += 1) {
    await pause(PAUSE_MS);
    const began = performance.now();
    let sum = 0;
    for (let step = 0; step < STEPS; step += 1) sum = (sum + step) % 1_000_003;
    // The sum is used, so that no engine leaves the loop out.
    times.push(performance.now() - began + 0 * sum);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(TRIES * 0.9)];
}

/** Wait until the loop takes at most `limit` ms, five minutes at the longest, and answer what it takes then. */
export async function calm(limit) {
  const began = performance.now();
  for (;;) {
    const time = await loopTime();
    if (time <= limit || performance.now() - began > LONGEST_WAIT_MS) return time;
    await pause(1_000);
  }
}
