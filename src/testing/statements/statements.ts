import { AsyncLocalStorage } from "node:async_hooks";
import type { Services } from "../../compose/services.ts";

/** How many times each statement ran, by name. */
export type StatementCounts = Record<string, number>;

const counts = new AsyncLocalStorage<StatementCounts>();

/** The frame of a transaction, and what memory loads again after a change of roles or keys, at a time of its own. */
const aside = /^(?:begin|commit|list_usable_keys|list_roles|list_permission_names)$/;

/** Lets {@link statementsOf} see the statements of this installation. */
export function countStatements({ instruments }: Pick<Services, "instruments">): void {
  const durations = instruments.sentinel_db_query_duration_seconds;
  const { with: series } = durations;
  durations.with = (labels) => {
    const made = counts.getStore();
    if (made && !aside.test(labels.statement)) made[labels.statement] = (made[labels.statement] ?? 0) + 1;
    return series(labels);
  };
}

/** Runs `deed` and adds its statements to `made`. Those of jobs that run at the same time do not count. */
export function countInto<T>(made: StatementCounts, deed: () => T): T {
  return counts.run(made, deed);
}

/** How many statements of these names run in the installation during `deed`, with those that requests share. */
export async function countNamed(
  { instruments }: Pick<Services, "instruments">,
  names: string[],
  deed: () => Promise<unknown>,
): Promise<number> {
  const sample = new RegExp(
    `^sentinel_db_query_duration_seconds_count\\{statement="(?:${names.join("|")})"\\} (\\d+)$`,
    "gm",
  );
  const count = async () =>
    [...(await instruments.expose()).matchAll(sample)].reduce((sum, [, each]) => sum + Number(each), 0);
  const before = await count();
  await deed();
  return await count() - before;
}

/** The statements of `deed`, which must send its requests without a socket. */
export async function statementsOf(deed: () => Promise<unknown>): Promise<StatementCounts> {
  const made: StatementCounts = {};
  await countInto(made, deed);
  return made;
}
