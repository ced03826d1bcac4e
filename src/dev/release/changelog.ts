/** A version's section of CHANGELOG.md: `## Unreleased — 0.2.0`, or `## 0.1.0 — 2026-12-01` once it is released. */
export interface Release {
  version: string;
  /** The day of the release; undefined before it. */
  date: string | undefined;
  /** The text below the heading. */
  notes: string;
}

/** The versions of a changelog, the newest first. */
export function releasesOf(changelog: string): Release[] {
  const [, ...sections] = changelog.split(/^## /m);
  return sections.map((section) => {
    const [heading = "", ...rest] = section.split("\n");
    const unreleased = /^Unreleased — (\d+\.\d+\.\d+)$/.exec(heading);
    const released = /^(\d+\.\d+\.\d+) — (\d{4}-\d\d-\d\d)$/.exec(heading);
    if (!unreleased && !released) throw new Error(`CHANGELOG.md: the heading "${heading}" names no version and date.`);
    return {
      version: (unreleased ?? released)![1]!,
      date: released?.[2],
      notes: rest.join("\n").trim(),
    };
  });
}
