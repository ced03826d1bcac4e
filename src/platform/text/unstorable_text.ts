/** The paths of strings that cannot be stored, at most `pathsMax`: those with NUL, and with lone surrogates. */
export function unstorablePaths(value: unknown, pathsMax: number): PropertyKey[][] {
  const found: PropertyKey[][] = [];
  visit(value, []);
  return found;

  function visit(value: unknown, path: PropertyKey[]): void {
    if (typeof value === "string") {
      if (!value.isWellFormed() || value.includes("\0")) found.push(path);
    } else if (value && typeof value === "object") {
      for (const [key, inner] of Object.entries(value)) {
        if (found.length === pathsMax) break;
        visit(inner, [...path, key]);
      }
    }
  }
}
