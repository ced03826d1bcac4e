import { startEmbedded } from "../../platform/embedded/embedded.ts";
import pg from "pg";

/** A process that serves a data folder and writes rows into it, until it is killed. */
export type EmbeddedWriter = ReturnType<typeof startWriter>;

/** Starts one. It writes into the table `acked`, starting with the first missing number. */
export function startWriter(dataDir: string) {
  const config = new URL("../../../deno.json", import.meta.url).pathname;
  const program = `import { writeForever } from ${JSON.stringify(import.meta.url)};
    await writeForever(${JSON.stringify(dataDir)});`;
  const child = new Deno.Command(Deno.execPath(), { args: ["eval", "--config", config, program], stdout: "piped" })
    .spawn();
  const acknowledged = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let numbers = "";
  return {
    pid: child.pid,
    /** Waits until this many more rows are acknowledged. */
    async written(rows: number): Promise<void> {
      for (const goal = numbers.split("\n").length + rows; numbers.split("\n").length < goal;) {
        numbers += (await acknowledged.read()).value;
      }
    },
    /** Kills it and returns the last acknowledged number. */
    async kill(): Promise<number> {
      child.kill("SIGKILL");
      for (let read; (read = await acknowledged.read()).value !== undefined;) numbers += read.value;
      await child.status;
      return Number(numbers.slice(0, numbers.lastIndexOf("\n")).split("\n").at(-1));
    },
  };
}

/** The work of such a process: it prints the number of each acknowledged row. */
export async function writeForever(dataDir: string): Promise<never> {
  const { socket } = await startEmbedded({ dataDir, log: console });
  const client = new pg.Client(socket);
  await client.connect();
  await client.query("create table if not exists acked (n int)");
  const { rows: [row] } = await client.query("select coalesce(max(n), 0) as last from acked");
  for (let n = row.last + 1;; n++) {
    await client.query("insert into acked values ($1)", [n]);
    await Deno.stdout.write(new TextEncoder().encode(`${n}\n`));
  }
}
