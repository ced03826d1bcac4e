import { AsyncLocalStorage } from "node:async_hooks";

/** What happens at a time, as `performance.now()` counts it, unless it is cleared before. */
type Alarm = { at: number; ring: () => void };

const alarms = new Set<Alarm>();
let timer: ReturnType<typeof setTimeout> | undefined;
let timerAt = Infinity;
const outsideOfRequests = AsyncLocalStorage.snapshot(); // the timer would keep the context of whoever set it

/**
 * Calls `ring` at that time. All alarms share one timer, which is set for the first of them: most are cleared soon, and
 * a timer for each would cost several times as much (alarms_bench.ts).
 */
export function setAlarm(at: number, ring: () => void): Alarm {
  const alarm = { at, ring };
  alarms.add(alarm);
  if (at < timerAt) setTimer(at);
  return alarm;
}

export function clearAlarm(alarm: Alarm): void {
  alarms.delete(alarm);
  if (alarms.size === 0) setTimer(Infinity);
}

function setTimer(at: number): void {
  clearTimeout(timer);
  timerAt = at;
  if (at !== Infinity) {
    timer = outsideOfRequests(() => setTimeout(ringDue, Math.max(0, Math.ceil(at - performance.now()))));
  }
}

function ringDue(): void {
  const now = performance.now();
  const due: Alarm[] = [];
  let next = Infinity;
  for (const alarm of alarms) {
    if (alarm.at <= now) due.push(alarm);
    else next = Math.min(next, alarm.at);
  }
  setTimer(next);
  for (const alarm of due) if (alarms.delete(alarm)) alarm.ring();
}
