/** Moments as people read them: with a clock of 12 or 24 hours, as a date or as how long ago. All are in seconds. */

export type Clock = "system" | "12" | "24";
export type Dates = "exact" | "ago";

export interface MomentStyle {
  clock: Clock;
  dates: Dates;
}

/** The clock of the browser's region, which may be another one than that of the language the page speaks. */
function hourCycle(clock: Clock): Intl.LocaleHourCycleKey | undefined {
  if (clock !== "system") return clock === "12" ? "h12" : "h23";
  return new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions().hourCycle as
    | Intl.LocaleHourCycleKey
    | undefined;
}

function format(language: string, clock: Clock, options: Intl.DateTimeFormatOptions, moment: number): string {
  const cycle = hourCycle(clock);
  const chosen = cycle === undefined || options.timeStyle === undefined ? options : { ...options, hourCycle: cycle };
  return new Intl.DateTimeFormat(language, chosen).format(moment * 1000);
}

/** A date with its time: "Nov 22, 2026, 15:04". */
export function exactWords(language: string, clock: Clock, moment: number): string {
  return format(language, clock, { dateStyle: "medium", timeStyle: "short" }, moment);
}

/** When something was, in a list: a date (with its time, where `time` says so), or how long ago. */
export function momentWords(
  language: string,
  { clock, dates }: MomentStyle,
  moment: number,
  time: boolean,
  now: number = Date.now() / 1000,
): string {
  if (dates === "ago") return agoWords(language, now - moment);
  return time ? exactWords(language, clock, moment) : format(language, clock, { dateStyle: "medium" }, moment);
}

/** The time of a moment of today; of another day, with the day. Or how long ago. */
export function clockWords(
  language: string,
  { clock, dates }: MomentStyle,
  moment: number,
  now: number = Date.now() / 1000,
): string {
  if (dates === "ago") return agoWords(language, now - moment);
  const time = format(language, clock, { timeStyle: "short" }, moment);
  const [date, today] = [new Date(moment * 1000), new Date(now * 1000)];
  if (date.toDateString() === today.toDateString()) return time;
  const day = new Intl.DateTimeFormat(language, { month: "short", day: "numeric" }).format(date);
  return `${day} ${time}`;
}

const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

function agoWords(language: string, seconds: number): string {
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const step = STEPS.find(([, length]) => seconds >= length);
  return step === undefined ? words.format(0, "second") : words.format(-Math.floor(seconds / step[1]), step[0]);
}
