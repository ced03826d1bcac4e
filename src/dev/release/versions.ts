import { join } from "node:path";

/** Where the version stands, as the group of the expression. `deno task release begin` changes all of them. */
export const versionPlaces: [path: string, place: RegExp][] = [
  ["deno.json", /^ {2}"version": "(.+)",$/m],
  ["src/client/deno.json", /^ {2}"version": "(.+)",$/m],
  ["deploy/helm/sentinel/Chart.yaml", /^version: (.+)$/m],
  ["deploy/helm/sentinel/Chart.yaml", /^appVersion: (.+)$/m],
  ["deploy/kubernetes/production/kustomization.yaml", /^ +newTag: (.+)$/m],
  ["deploy/README.md", /^version=(\S+)/m],
  ["deploy/README.md", /^docker build .*VERSION=(\S+)/m],
  ["deploy/README.md", /^helm show values .*--version (\S+)/m],
  ["deploy/README.md", /^helm install .*--version (\S+)/m],
];

/** The version at each place below `root`. */
export async function versionsAt(root: string): Promise<{ path: string; version: string | undefined }[]> {
  return await Promise.all(versionPlaces.map(async ([path, place]) => ({
    path,
    version: place.exec(await Deno.readTextFile(join(root, path)))?.[1],
  })));
}

/** Writes the version at each place below `root`. */
export async function writeVersion(root: string, version: string): Promise<void> {
  for (const [path, place] of versionPlaces) {
    const text = await Deno.readTextFile(join(root, path));
    await Deno.writeTextFile(join(root, path), text.replace(place, (line, old) => line.replace(old, version)));
  }
}
