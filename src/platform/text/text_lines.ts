/** The text of a file is invalid. The message is for the user who provided the file. */
export class TextError extends Error {
  override readonly name = "TextError";
}

/** Decodes the bytes as UTF-8. @throws {TextError} */
export async function* textOf(bytes: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (piece?: Uint8Array) => {
    try {
      return decoder.decode(piece, { stream: piece !== undefined });
    } catch (cause) {
      throw new TextError("The file is not valid UTF-8.", { cause });
    }
  };
  for await (const piece of bytes) yield decode(piece);
  yield decode();
}

/** The lines of the text, without line ends. Only one chunk and one line are in memory. @throws {TextError} */
export async function* linesOf(text: AsyncIterable<string>, sizeMax: number): AsyncGenerator<string> {
  let rest = "";
  for await (const piece of text) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop()!;
    if (rest.length > sizeMax) throw new TextError(`A line of the file is longer than ${sizeMax} characters.`);
    yield* lines;
  }
  if (rest !== "") yield rest;
}
