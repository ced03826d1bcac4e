/** The descriptors and connections of a server, as the kernel counts them (Linux). */
import type { Server } from "./rig.ts";

/** An established TCP connection of `/proc/net/tcp` (proc_pid_net(5)). */
type Connection = { inode: string; localPort: number; remotePort: number };

const established = "01";
const databasePort = Number(new URL(Deno.env.get("DATABASE_URL")!).port || 5432);

/** The number of descriptors, of connections from clients, and of connections to the database. */
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
