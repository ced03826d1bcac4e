import { createHash } from "node:crypto";
import script from "./sentinel.js" with { type: "text" };

export { script };

/** The path of the script without its slash. It contains the hash, so browsers may keep the file forever. */
export const scriptPath = `sentinel-${createHash("sha256").update(script).digest("hex").slice(0, 12)}.js`;
