/** What it returns, or undefined if it throws: for functions that report text they cannot read only by an error. */
export function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
