import type { Services } from "../../compose/services.ts";
import { deadlineMs } from "../../platform/deadlines.ts";
import { type Call, connectThread, type Port } from "../../platform/workers/calls.ts";
import { noSiblings, type Siblings } from "../../platform/workers/siblings.ts";
import type { FirstFunctions, WorkerFunctions, WorkerStart } from "./worker_calls.ts";

/** How long the other workers may take to say what they have counted, or whether they are ready. */
const answerMs = 1_000;

type Worked = { call: Call<WorkerFunctions>; index: number; kill: () => void; close: (reason: Error) => void };

/** The further workers of this process. Disposal ends them. */
export type Workers = ReturnType<typeof startWorkers>;

/**
 * Starts the threads of all workers but the first, which is the caller; they serve once {@link Workers.serve} is
 * called. `write` must write one batch at a time.
 */
export function startWorkers({ count, write, startThread = startServeThread }: {
  count: number;
  write: (bytes: Uint8Array) => Promise<void>;
  startThread?: (name: string) => Worker;
}) {
  let first: Pick<Services, "readiness" | "instruments" | "jobRuns"> | undefined;
  const death = Promise.withResolvers<string>();
  const workers = Array.from({ length: count - 1 }, (_, before) => startWorker(before + 1));
  const each = <T>(work: (worker: Worked) => Promise<T>) => Promise.all(workers.map(work));
  const siblings: Siblings = { ...noSiblings, areReady: () => areReady(), snapshots: () => snapshots() };

  return {
    siblings,
    /** Resolves with the reason when one of them has ended without being asked to. */
    died: death.promise,
    /** Resolves when all of them serve. */
    async serve(start: Pick<WorkerStart, "env" | "secret">, services: NonNullable<typeof first>): Promise<void> {
      first = services;
      const started = each(({ call, index }) => call("start", { ...start, index, count, patience: deadlineMs(1) }));
      await Promise.race([started, death.promise.then((why) => Promise.reject(new Error(why)))]);
    },
    drain: () => void each(({ call }) => call("drain").catch(() => {})),
    /** Resolves when none of them listens and all their requests are answered. */
    stop: () => each(({ call }) => call("stop").catch(() => {})),
    async [Symbol.asyncDispose]() {
      await each(({ call, kill }) => call("end").catch(() => {}).finally(kill));
    },
  };

  function startWorker(index: number): Worked {
    const worker = startThread(`worker ${index}`);
    const ours: FirstFunctions = {
      write,
      areReady: () => areReady(index),
      snapshots: () => snapshots(index),
      jobs: () => first!.jobRuns.list(),
    };
    const { call, close } = connectThread<WorkerFunctions>(worker as Port, ours);
    worker.onerror = (event) => {
      event.preventDefault(); // else the whole process would end at once
      const reason = `Worker ${index} has ended: ${event.message}`;
      close(new Error(reason));
      death.resolve(reason);
    };
    return { call, index, close, kill: () => worker.terminate() };
  }

  /** Whether all are ready except the one that asks. */
  async function areReady(asking = 0): Promise<boolean> {
    const ready = ask(
      asking,
      ({ call }) => call("isReady"),
      ({ readiness }) => readiness.requireSelfReady().then(() => true, () => false),
    );
    return (await ready.catch(() => [false])).every(Boolean);
  }

  function snapshots(asking = 0) {
    return ask(asking, ({ call }) => call("snapshot"), ({ instruments }) => instruments.snapshot());
  }

  /** The answers of all workers except the one that asks, which are in time. */
  function ask<T>(
    asking: number,
    other: (worker: Worked) => Promise<T>,
    own: (services: NonNullable<typeof first>) => T | Promise<T>,
  ): Promise<T[]> {
    const others = workers.filter(({ index }) => index !== asking).map(other);
    return inTime(Promise.all(asking === 0 ? others : [own(first!), ...others]));
  }
}

function startServeThread(name: string): Worker {
  return new Worker(new URL("./serve_worker.ts", import.meta.url), { type: "module", name });
}

async function inTime<T>(answers: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error("a worker did not answer in time")), deadlineMs(answerMs));
  try {
    return await Promise.race([answers, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
