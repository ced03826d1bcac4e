/** A small file system, which a test can fill completely. */
export type SmallDisk = Awaited<ReturnType<typeof mountSmallDisk>>;

/** Whether this user may mount one (Linux, root). Tests that need it are skipped otherwise. */
export const mayMount = Deno.build.os === "linux" && await runs("unshare", ["--mount", "true"]);

const chunk = new Uint8Array(64 * 1024);

/** Mounts one in memory. Disposal unmounts it. */
export async function mountSmallDisk(megabytes: number) {
  const path = await Deno.makeTempDir({ prefix: "sentinel-disk-" });
  await using opening = new AsyncDisposableStack();
  opening.defer(() => Deno.remove(path));
  if (!await runs("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=0755`, "tmpfs", path])) {
    throw new Error("it cannot be mounted");
  }
  opening.defer(async () => void await runs("umount", ["--lazy", path]));
  const resources = opening.move();
  const ballast = `${path}/ballast`;
  return {
    path,
    fill,
    /** Deletes what `fill` has written. */
    free: () => Deno.remove(ballast),
    remount,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };

  /** Changes an option, such as `ro` or `size=100m`. */
  async function remount(option: string): Promise<void> {
    if (!await runs("mount", ["-o", `remount,${option}`, path])) throw new Error("it cannot be mounted anew");
  }

  /** Fills the disk to the last byte. */
  async function fill(): Promise<void> {
    using file = await Deno.open(ballast, { append: true, create: true });
    for (let size = chunk.length; size >= 1;) {
      try {
        await file.write(chunk.subarray(0, size));
      } catch {
        size = Math.floor(size / 2);
      }
    }
  }
}

async function runs(command: string, args: string[]): Promise<boolean> {
  const spoken = await new Deno.Command(command, { args, stdout: "null", stderr: "null" }).output().catch(() =>
    undefined
  );
  return spoken?.success ?? false;
}
