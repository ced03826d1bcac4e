import manifest from "../../../deno.json" with { type: "json" };

/** What Sentinel reads when it runs from source; a bundle or a binary contains all of it. */
const sources = ["./src", "./sql", "./deno.json", "./deploy/node_modules"];

/** The permissions in the task `sentinel`, which has the only list of them. */
const flags = manifest.tasks.sentinel.command.split(" ").filter((word) => /^--(?:allow|ignore|no-prompt)/.test(word));

/** The unstable parts of Deno that the program uses, as flags: several workers share a port. */
export const unstableFlags = manifest.unstable.map((part) => `--unstable-${part}`);

/** The permissions of the binary, as flags of `deno compile` or `deno run`. It may also read `readable`. */
export function binaryPermissions(readable: string[] = []): string[] {
  return flags.map((flag) => {
    const [name, list] = flag.split("=");
    if (name !== "--allow-read" && name !== "--allow-ffi" || !list) return flag;
    const folders = list.split(",").filter((folder) => !sources.includes(folder));
    return `${name}=${[...folders, ...(name === "--allow-read" ? readable : [])].join()}`;
  });
}
