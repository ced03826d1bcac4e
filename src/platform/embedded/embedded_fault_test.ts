import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { startWriter } from "../../testing/servers/embedded_writer.ts";
import { roundsOr } from "../../testing/rounds.ts";
import { EmbeddedUnusable, startEmbedded } from "./embedded.ts";

const silent = { warn() {}, error() {} };
const pageBytes = 8_192;
const rounds = roundsOr(10);

async function folder() {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: "sentinel-embedded-" }));
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

type Acked = { numbers: number[]; file: string };

/** The numbers in the folder's table, and the file of the table. */
async function readAcked(dataDir: string): Promise<Acked> {
  await using embedded = await startEmbedded({ dataDir, log: silent });
  assert.equal(embedded.fresh, false);
  const client = new pg.Client(embedded.socket);
  await client.connect();
  const { rows } = await client.query("select n from acked order by n");
  const { rows: [path] } = await client.query("select pg_relation_filepath('acked') as file");
  await client.end();
  return { numbers: rows.map(({ n }) => n), file: path.file };
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

/** Changes one page of a file; by default the last page that is not empty. */
async function tear(path: string, change: (page: Uint8Array) => void, page?: number): Promise<void> {
  const bytes = await Deno.readFile(path);
  const last = page ?? Math.floor(bytes.findLastIndex((byte) => byte !== 0) / pageBytes);
  change(bytes.subarray(last * pageBytes, (last + 1) * pageBytes));
  await Deno.writeFile(path, bytes);
}

const zero = (page: Uint8Array) => void page.fill(0);
const zeroHalf = (page: Uint8Array) => void page.fill(0, pageBytes / 2);

Deno.test(`F47 kill -9 during writes, ${rounds} times: every acknowledged row exists each time`, async () => {
  await using data = await folder();
  for (let round = 0; round < rounds; round++) {
    const writer = startWriter(data.path);
    await writer.written(100);
    const last = await writer.kill();
    const { numbers } = await readAcked(data.path);
    assert.deepEqual(numbers.slice(0, last), upTo(last), `round ${round}`);
    assert.ok(numbers.length <= last + 1, "a row that nobody wrote");
  }
});

Deno.test(
  "F49 a write torn by a crash is repaired from the log, or the folder is refused; it never starts empty",
  async () => {
    await using data = await folder();
    const first = startWriter(data.path);
    await first.written(300);
    await first.kill();
    const { numbers: { length: settled }, file } = await readAcked(data.path); // closed properly: everything is in the tables
    const writer = startWriter(data.path);
    await writer.written(300);
    const last = await writer.kill();

    const mended = ({ numbers }: Acked) => assert.deepEqual(numbers.slice(0, last), upTo(last));
    // The content of that page of the log is lost: only the last rows, and in order.
    const shortened = ({ numbers }: Acked) => {
      assert.ok(numbers.length >= settled, `${numbers.length} of ${settled}`);
      assert.deepEqual(numbers, upTo(numbers.length));
    };
    const log = (cluster: string) => join(cluster, "pg_wal", lastFileIn(join(cluster, "pg_wal")));
    const commits = (cluster: string) => join(cluster, "pg_xact", "0000");
    const tears: [what: string, damage: (cluster: string) => Promise<void>, holds: (acked: Acked) => void][] = [
      ["half of the table's last page", (cluster) => tear(join(cluster, file), zeroHalf), mended],
      ["the table's last page", (cluster) => tear(join(cluster, file), zero), mended],
      ["the page that says what is committed", (cluster) => tear(commits(cluster), zero), mended],
      ["half of the log's last page", (cluster) => tear(log(cluster), zeroHalf), shortened],
      ["the log's last page", (cluster) => tear(log(cluster), zero), shortened],
    ];
    for (const [what, damage, holds] of tears) {
      await using copy = await copyOf(data.path);
      await damage(join(copy.path, "postgres"));
      const acked = await readAcked(copy.path);
      console.log({ torn: what, acknowledged: last, found: acked.numbers.length });
      holds(acked);
    }
    await using copy = await copyOf(data.path);
    await tear(join(copy.path, "postgres", "global", "pg_control"), zero, 0);
    await assert.rejects(readAcked(copy.path), (error: Error) => {
      assert.ok(error instanceof EmbeddedUnusable);
      assert.match(error.message, /^The database in \S+\/postgres cannot be started: [^\n]+\.$/);
      return true;
    });
  },
);

async function copyOf(dataDir: string) {
  const copy = await folder();
  await cp(join(dataDir, "postgres"), join(copy.path, "postgres"), { recursive: true });
  return copy;
}

const lastFileIn = (dir: string) =>
  [...Deno.readDirSync(dir)].filter(({ isFile }) => isFile).map(({ name }) => name).sort().at(-1)!;
