let factor = 1;

/** How long this process waits where it waits `ms` for the database: as long, unless {@link lengthenDeadlines} says more. */
export function deadlineMs(ms: number): number {
  return ms * factor;
}

/** Makes every wait for the database so many times longer: a test must not fail because other work keeps the machine busy. */
export function lengthenDeadlines(times: number): void {
  factor = times;
}
