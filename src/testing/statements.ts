import type { Sentinel } from "./harness.ts";

/** The statements that `deed` makes, each with how often. */
export async function statementsOf(
  { instruments }: Sentinel,
  deed: () => Promise<unknown>,
): Promise<Record<string, number>> {
  const before = await counts(instruments);
  await deed();
  const made = Object.entries(await counts(instruments)).map(([name, n]) => [name, n - (before[name] ?? 0)] as const);
  return Object.fromEntries(made.filter(([, count]) => count > 0));
}

async function counts(instruments: Sentinel["instruments"]): Promise<Record<string, number>> {
  const text = await instruments.expose();
  const samples = text.matchAll(/^sentinel_db_query_duration_seconds_count\{statement="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries(samples.map(([, name, count]) => [name, Number(count)]));
}
