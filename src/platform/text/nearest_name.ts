/** The known name most similar to `name`; undefined when none is similar. One letter in three may differ. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const near = known.map((other) => ({ other, distance: editDistance(name, other) }))
    .filter(({ distance }) => distance <= name.length / 3);
  return near.reduce((best, next) => next.distance < best.distance ? next : best, near[0]!)?.other;
}

/** The fewest insertions, deletions and replacements that turn `a` into `b` (Levenshtein), one matrix row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= b.length; column++) {
      const replaced = row[column - 1]! + (letter === b[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[column]! + 1, next[column - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
