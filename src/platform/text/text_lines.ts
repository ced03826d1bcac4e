/** A file is not the text that it should be. Its message is a sentence for whoever brought it. */
export class TextError extends Error {
  override readonly name = "TextError";
}

/** The text of the bytes, which are UTF-8. @throws {TextError} */
export async function* textOf(bytes: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (piece?: Uint8Array) => {
    try {
      return decoder.decode(piece, { stream: piece !== undefined });
    } catch (cause) {
      throw new TextError("The file is not UTF-8.", { cause });
    }
  };
  for await (const piece of bytes) yield decode(piece);
  yield decode();
}

/** The lines of the text, without their ends; no more than one piece and one line are in memory. @throws {TextError} */
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
