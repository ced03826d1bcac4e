/** How often a race or a fault is tried: `usual` times, or as often as `FAULT_ROUNDS` says. */
export function roundsOr(usual: number): number {
  return Number(Deno.env.get("FAULT_ROUNDS") || usual);
}
