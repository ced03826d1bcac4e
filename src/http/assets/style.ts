import { createHash } from "node:crypto";
import style from "./sentinel.css" with { type: "text" };

export { style };

/** The path of the style sheet without its slash. It contains the hash, so browsers may keep the file forever. */
export const stylePath = `sentinel-${createHash("sha256").update(style).digest("hex").slice(0, 12)}.css`;
