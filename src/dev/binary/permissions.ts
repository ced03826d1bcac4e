import manifest from "../../../deno.json" with { type: "json" };

/** Read by a Sentinel that runs from its source; in a bundle or a binary all of it is inside. */
const sourceFolders = ["./src", "./sql", "./deploy/node_modules"];

/** The permissions in the task `sentinel`, which has the only list of what Sentinel may do. */
const flags = manifest.tasks.sentinel.command.split(" ").filter((word) => /^--(?:allow|ignore|no-prompt)/.test(word));

/** What the shipped binary may do, as flags of `deno compile` or `deno run`; `readable` it may read besides. */
export function binaryPermissions(readable: string[] = []): string[] {
  return flags.map((flag) => {
    const [name, list] = flag.split("=");
    if (name !== "--allow-read" || !list) return flag;
    const folders = list.split(",").filter((folder) => !sourceFolders.includes(folder));
    return `${name}=${[...folders, ...readable].join()}`;
  });
}
