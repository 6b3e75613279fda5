/** The page under fingers: touches as the browser gets them from a screen, not clicks in their place. */

import { openPage } from "./studio.mjs";

/** How long a finger rests for a menu; the page waits half a second. */
const REST_MS = 700;
/** How long a finger holds still before it goes up: let go in full flight, the view would fly on and eat the next tap. */
const STILL_MS = 150;

/** A window with a touch screen; a tablet unless another size is wanted. */
export async function openTouch(size = { width: 1024, height: 768 }) {
  const opened = await openPage({ ...size, hasTouch: true, isMobile: size.width < 640 });
  return { ...opened, hand: await handOn(opened.page) };
}

/** Fingers on a page. Points are in CSS pixels of the window. */
export async function handOn(page) {
  const session = await page.context().newCDPSession(page);
  const send = (type, points) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(({ x, y }, id) => ({ x, y, id })) });
  const between = (from, to, share) => ({ x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share });

  /** Fingers go down, move together along their ways in some steps, and go up. */
  async function move(ways, steps = 8) {
    await send(
      "touchStart",
      ways.map(([from]) => from),
    );
    for (let step = 1; step <= steps; step += 1) {
      await send(
        "touchMove",
        ways.map(([from, to]) => between(from, to, step / steps)),
      );
    }
    await page.waitForTimeout(STILL_MS);
    await send(
      "touchMove",
      ways.map(([, to]) => to),
    );
    await send("touchEnd", []);
  }

  return {
    tap: async (at) => {
      await send("touchStart", [at]);
      await send("touchEnd", []);
    },
    doubleTap: async (at) => {
      for (let time = 0; time < 2; time += 1) {
        await send("touchStart", [at]);
        await send("touchEnd", []);
      }
    },
    /** A finger that rests. */
    press: async (at) => {
      await send("touchStart", [at]);
      await page.waitForTimeout(REST_MS);
      await send("touchEnd", []);
    },
    drag: (from, to) => move([[from, to]]),
    /** Two fingers around a point, from one distance to another. */
    pinch: (at, from, to) =>
      move([-1, 1].map((side) => [from, to].map((apart) => ({ x: at.x + (side * apart) / 2, y: at.y })))),
  };
}

/** The middle of an element, for a finger. */
export async function middle(locator) {
  await locator.waitFor();
  const box = await locator.boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Where an element is, once it has come to rest. */
export async function placeOf(locator) {
  const box = await locator.boundingBox();
  return { x: Math.round(box.x), y: Math.round(box.y) };
}
