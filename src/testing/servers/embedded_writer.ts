import { startEmbedded } from "../../platform/embedded/embedded.ts";
import pg from "pg";

/** A process of its own that serves a data folder and writes rows into it, to be killed. */
export type EmbeddedWriter = ReturnType<typeof startWriter>;

/** Starts one. It writes into the table `acked`, from the first number that is not there. */
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
    /** Waits until that many more rows are acknowledged. */
    async written(rows: number): Promise<void> {
      for (const goal = numbers.split("\n").length + rows; numbers.split("\n").length < goal;) {
        numbers += (await acknowledged.read()).value;
      }
    },
    /** Kills it and answers the last number that it had acknowledged. */
    async kill(): Promise<number> {
      child.kill("SIGKILL");
      for (let read; (read = await acknowledged.read()).value !== undefined;) numbers += read.value;
      await child.status;
      return Number(numbers.slice(0, numbers.lastIndexOf("\n")).split("\n").at(-1));
    },
  };
}

/** What such a process does: it prints the number of each row once it is acknowledged. */
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
