import { type Computed, clamp, setting, type Sizing } from "./sizing";

/** Reading and writing: volumes are solid-state (gp3), far from the rotating disks that the defaults are made for. */
export function ioSettings({ cpus, words }: Sizing): Computed[] {
  const why = "A solid-state volume serves many reads at once; the default is made for one disk.";
  return [
    setting(
      "random_page_cost",
      1.1,
      "On solid-state volumes a random page costs hardly more than the next one (default 4).",
    ),
    setting("effective_io_concurrency", 200, why),
    setting("maintenance_io_concurrency", 200, why),
    setting(
      "io_method",
      "worker",
      "Works everywhere: io_uring is missing in images built without liburing, and the runtime's seccomp profile forbids it.",
    ),
    setting(
      "io_workers",
      clamp(Math.floor(cpus / 2), 3, 32),
      `Half of ${words.cpus}, 3 (the default) at least: they copy pages for all connections.`,
    ),
  ];
}
