import { clearAlarm, setAlarm } from "./alarms.ts";

const nothing = () => {};
const waits = 16; // at the same time

Deno.bench({
  name: "a timer for each",
  group: "the ends of waits",
  baseline: true,
  fn() {
    const timers = Array.from({ length: waits }, () => setTimeout(nothing, 1_500));
    for (const timer of timers) clearTimeout(timer);
  },
});
Deno.bench({
  name: "alarms",
  group: "the ends of waits",
  fn() {
    const at = performance.now() + 1_500;
    const alarms = Array.from({ length: waits }, () => setAlarm(at, nothing));
    for (const alarm of alarms) clearAlarm(alarm);
  },
});
