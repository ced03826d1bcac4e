/** The CPU time of processes, as the kernel counts it, in ticks of 10 ms (proc_pid_stat(5)). */
import { readdir } from "node:fs/promises";
import type { Schema } from "./rig.ts";

const ticksPerSecond = 100;

/** The CPU seconds of the processes that this script started and that have ended, such as wrk. */
export async function childrenCpuSeconds(): Promise<number> {
  return (await statOf("self"))!.ended;
}

/** The CPU seconds of PostgreSQL on this machine so far, with all its connections; undefined if it runs elsewhere. */
export async function postgresCpuSeconds({ sql }: Schema): Promise<number | undefined> {
  const [{ pid }] = await sql<{ pid: number }>("select pg_backend_pid() as pid") as [{ pid: number }];
  const backend = await statOf(pid);
  const server = backend?.name === "postgres" ? await statOf(backend.parent) : undefined;
  if (server?.name !== "postgres") return undefined;
  const all = await Promise.all((await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(statOf));
  const ofOwn = all.filter((each) => each?.parent === backend!.parent).map((each) => each!.own);
  return ofOwn.reduce((sum, each) => sum + each, server.own + server.ended);
}

/** CPU seconds of a process, and of its children that have ended. Undefined if it has ended. */
export async function statOf(pid: number | string) {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => undefined);
  if (stat === undefined) return undefined;
  const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
  const fields = stat.slice(stat.lastIndexOf(") ") + 2).split(" ");
  const secondsAt = (place: number) => (Number(fields[place]) + Number(fields[place + 1])) / ticksPerSecond;
  return { name, parent: Number(fields[1]), own: secondsAt(11), ended: secondsAt(13) };
}
