let factor = 1;

/** How long this process waits for the database in place of `ms`: `ms`, unless {@link lengthenDeadlines} was called. */
export function deadlineMs(ms: number): number {
  return ms * factor;
}

/** Multiplies every wait for the database, so that tests do not fail on a busy machine. */
export function lengthenDeadlines(times: number): void {
  factor = times;
}
