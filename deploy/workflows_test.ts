import assert from "node:assert/strict";
import { join } from "node:path";
import { parse } from "yaml";
import { libraryPackages } from "../src/platform/hashing/argon2.ts";
import { root } from "../src/testing/documents/blocks.ts";

type Permissions = Record<string, "read" | "write">;
type Step = { uses?: string; run?: string };
type Job = {
  permissions?: Permissions;
  "timeout-minutes"?: number;
  environment?: string;
  needs?: string | string[];
  strategy?: { matrix: { include: { target?: string }[] } };
  steps: Step[];
};
type Workflow = { permissions: Permissions; jobs: Record<string, Job> };

const read = (path: string) => Deno.readTextFileSync(join(root, path));
const workflows = ["ci", "release"].map((name) => {
  const text = read(`.github/workflows/${name}.yml`);
  return { name, text, workflow: parse(text) as Workflow };
});
const release = workflows.at(-1)!.workflow.jobs;

Deno.test("every action of a workflow is pinned to a commit, and says its version", () => {
  for (const { name, text } of workflows) {
    const used = [...text.matchAll(/^ *-? *uses: (.*)$/gm)].map(([, action]) => action!);
    assert.ok(used.length > 0, name);
    for (const action of used) assert.match(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, name);
  }
});

Deno.test("a job of a release may do only what it says, ends in time, waits for the gate, and publishes in an environment", () => {
  assert.deepEqual(workflows.at(-1)!.workflow.permissions, {});
  const needed = (name: string): string[] =>
    [release[name]!.needs ?? []].flat().flatMap((job) => [job, ...needed(job)]);
  for (const [name, job] of Object.entries(release)) {
    assert.ok(job.permissions && job["timeout-minutes"], name);
    assert.ok(name === "gate" || needed(name).includes("gate"), name);
    const writes = Object.entries(job.permissions).filter(([, may]) => may === "write").map(([what]) => what);
    const publishes = writes.filter((what) => what !== "id-token" && what !== "attestations");
    assert.ok(publishes.length <= 1, `${name} writes ${publishes.join(" and ")}`);
    assert.equal(job.environment, name === "npm" ? "npm" : publishes.length > 0 ? "release" : undefined, name);
  }
});

Deno.test("a release runs the binary of every target, and builds with the Deno of the image and the gate", () => {
  const targets = Object.keys(libraryPackages);
  const run = release.smoke!.strategy!.matrix.include.map(({ target }) => target!.replace(/\.exe$/, ""));
  assert.deepEqual(run.sort(), targets.sort());
  const texts = [...workflows.map(({ text }) => text), read(".ci/run"), read("Dockerfile")].join("\n");
  const versions = [...texts.matchAll(/\bdeno(?:@|:debian-)(\d+\.\d+\.\d+)/g)].map(([, version]) => version);
  assert.ok(versions.length >= 4);
  assert.deepEqual([...new Set(versions)], [Deno.version.deno]);
});
