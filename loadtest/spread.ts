/** Ratios of rates that were measured in the same rounds, and whether they differ enough to judge a goal. */
import { median, type Verdict } from "./rig.ts";

/** The ratio of the medians, and the least and the most in one round. */
export type Ratio = { value: number; least: number; most: number; rounds: number };

/** Fewer rounds say too little about the spread. */
export const roundsMin = 5;

/** The ratio of two rates by round. */
export function ratioOf(rates: number[], base: number[]): Ratio {
  const byRound = rates.map((rate, round) => rate / base[round]!);
  return {
    value: median(rates) / median(base),
    least: Math.min(...byRound),
    most: Math.max(...byRound),
    rounds: byRound.length,
  };
}

/** Whether a ratio reaches the goal: not decided when some rounds reach it and others do not, or there are too few. */
export function judge({ least, most, rounds }: Ratio, goal: number): Verdict {
  if (rounds < roundsMin) return "not decided";
  return least >= goal ? "met" : most < goal ? "missed" : "not decided";
}

/** A ratio with its spread, such as `0.78 (0.71–0.84)`. */
export function ratioText({ value, least, most, rounds }: Ratio): string {
  const digits = (number: number) => number < 0.1 ? number.toPrecision(3) : number.toFixed(2);
  return rounds > 1 ? `${digits(value)} (${digits(least)}–${digits(most)})` : digits(value);
}
