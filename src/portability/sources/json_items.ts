import { TextError } from "../../platform/text/text_lines.ts";

/** The longest item, and the longest text of any other member of the file, in characters. */
const itemSizeMax = 1_048_576, otherSizeMax = 16 * itemSizeMax;

const structural = /["{}[\],:]/g;

/**
 * The objects of a JSON text at these paths, as text, one at a time: `*` stands for the items of an array, `users.*`
 * for those of the member `users`, and the empty path for the values of the text itself, of which there may be several.
 * Only one item is in memory.
 *
 * @throws {TextError} when the text ends inside of a value, or an item is too long.
 */
export async function* jsonItems(text: AsyncIterable<string>, paths: readonly string[]): AsyncGenerator<string> {
  const wanted = new Set(paths);
  const open: ("{" | "[")[] = [];
  const labels: string[] = []; // of each open container: * or the present key
  let buffer = "", at = 0, from = -1, capturedDepth = -1, lastString = "";
  for await (const piece of text) {
    const start = from >= 0 ? from : at;
    const rest = buffer.slice(start);
    if (rest.length > (from >= 0 ? itemSizeMax : otherSizeMax)) throw tooLong();
    buffer = rest + piece;
    at -= start;
    if (from >= 0) from = 0;
    structural.lastIndex = at;
    for (let found = structural.exec(buffer); found; found = structural.exec(buffer)) {
      const index = found.index, char = found[0];
      if (char === '"') {
        const end = endOfString(buffer, index);
        if (end < 0) {
          at = index;
          break;
        }
        if (from < 0) lastString = buffer.slice(index + 1, end);
        structural.lastIndex = at = end + 1;
        continue;
      }
      at = index + 1;
      if (char === "{" || char === "[") {
        if (char === "{" && from < 0 && wanted.has(labels.join("."))) {
          from = index;
          capturedDepth = open.length;
        }
        open.push(char);
        labels.push(char === "[" ? "*" : "");
      } else if (char === "}" || char === "]") {
        open.pop();
        labels.pop();
        if (char === "}" && from >= 0 && open.length === capturedDepth) {
          yield buffer.slice(from, index + 1);
          from = -1;
        }
      } else if (char === ":" && from < 0 && open.at(-1) === "{") labels[labels.length - 1] = lastString;
    }
  }
  if (open.length > 0 || from >= 0) throw new TextError("The file ends inside of its JSON.");
}

/** The index of the quotation mark that ends the string; -1 if it is not there yet. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === 92) slashes++;
    if (slashes % 2 === 0) return end;
  }
  return -1;
}

function tooLong(): TextError {
  return new TextError(`A user of the file is longer than ${itemSizeMax} characters.`);
}
