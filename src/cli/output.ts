import type { Io } from "./command.ts";

export type Output = ReturnType<typeof createOutput>;

/** How a list is shown: the cells of an item under each header, and the item in JSON. */
type Shape<T> = {
  columns: Record<string, (item: T) => string>;
  shown?: (item: T) => object;
  beside?: object;
};

/** On a terminal, column widths are measured on so many rows. */
const measuredRows = 200;

/** Prints sentences and lists, or with `json` one JSON document, which a program may read while it is written. */
export function createOutput(io: Io, { json }: { json: boolean }) {
  let begun = false;

  return { json, done, document, list, items, failed };

  function done(sentence: string, data: object): void {
    print(json ? printable(JSON.stringify(data)) : sentence);
  }

  function document(data: object): void {
    print(printable(JSON.stringify(data)));
  }

  async function list<T>(all: AsyncIterable<T> | Iterable<T>, { columns, shown, beside }: Shape<T>): Promise<void> {
    if (json) {
      const written = items(shown);
      for await (const item of all) written.add(item);
      written.end(beside);
    } else {await lines(all, (item) =>
        Object.values(columns).map((show) =>
          printable(show(item))
        ), Object.keys(columns));}
  }

  /** Begins a document of items; `beside` adds further members at its end. */
  function items<T>(shown: (item: T) => object = (item) => item as object) {
    let line = '{"items": [';
    let count = 0;
    return {
      add(item: T): void {
        print(count++ === 0 ? line : `${line},`);
        line = printable(JSON.stringify(shown(item)));
      },
      end(beside: object = {}): void {
        print(line);
        const members = JSON.stringify(beside).slice(1, -1);
        print(members === "" ? "]}" : `], ${members}}`);
      },
    };
  }

  async function lines<T>(all: AsyncIterable<T> | Iterable<T>, cellsOf: (item: T) => string[], headers: string[]) {
    let rows = [headers];
    let widths: number[] | undefined;
    for await (const item of all) {
      if (!io.isTerminal) print(cellsOf(item).join("\t"));
      else if (widths) print(aligned(cellsOf(item), widths));
      else if (rows.push(cellsOf(item)) > measuredRows) {
        widths = printAligned(rows);
        rows = [];
      }
    }
    if (io.isTerminal && !widths) printAligned(rows);
  }

  function printAligned(rows: string[][]): number[] {
    const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
    for (const row of rows) print(aligned(row, widths));
    return widths;
  }

  /** Prints the failure as a document. One that has begun stays unfinished, so that no parser takes it for complete. */
  function failed(error: { code: string; detail: string; errors?: object[] }): void {
    if (json && !begun) document({ error });
  }

  function print(line: string): void {
    begun = true;
    io.out(line);
  }
}

function aligned(cells: string[], widths: number[]): string {
  return cells.map((cell, i) => cell.padEnd(widths[i]!)).join("  ").trimEnd();
}

/** Escapes, as JSON does, what controls a terminal or the direction of text: strangers choose some of the text. */
export function printable(text: string): string {
  const escaped = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return text.replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, escaped);
}
