/** What a server holds open, by the kernel's account (Linux). */
import type { Server } from "./rig.ts";

/** A TCP connection that is established, as in `/proc/net/tcp` (proc_pid_net(5)). */
type Connection = { inode: string; localPort: number; remotePort: number };

const established = "01";
const databasePort = Number(new URL(Deno.env.get("DATABASE_URL")!).port || 5432);

/** How many descriptors it has, and which of them are connections of its clients and to the database. */
export async function socketsOf({ pid, origin }: Server) {
  const folder = `/proc/${pid}/fd`;
  const targets = [...Deno.readDirSync(folder)].map(({ name }) => targetOf(`${folder}/${name}`));
  const own = new Set(targets);
  const connections = (await connectionsOf(pid)).filter(({ inode }) => own.has(`socket:[${inode}]`));
  const port = Number(new URL(origin).port);
  return {
    descriptors: targets.length,
    clients: connections.filter(({ localPort }) => localPort === port).length,
    database: connections.filter(({ remotePort }) => remotePort === databasePort).length,
  };
}

function targetOf(descriptor: string): string {
  try {
    return Deno.readLinkSync(descriptor);
  } catch {
    return ""; // closed meanwhile
  }
}

async function connectionsOf(pid: number): Promise<Connection[]> {
  const tables = await Promise.all(["tcp", "tcp6"].map((table) => Deno.readTextFile(`/proc/${pid}/net/${table}`)));
  return tables.flatMap((table) => table.trim().split("\n").slice(1)).map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state === established)
    .map(([, local, remote, , , , , , , inode]) => ({
      inode: inode!,
      localPort: portOf(local!),
      remotePort: portOf(remote!),
    }));
}

function portOf(address: string): number {
  return parseInt(address.split(":").at(-1)!, 16);
}
