import { setTimeout as sleep } from "node:timers/promises";
import { type ApiClient, type ObjectList } from "../control-plane/client";

/** Milliseconds before asking again after the API server went away; it comes back within seconds or not at all. */
const RETRY_INTERVAL = 500;

/** Anything with a name that is unique among its kind as long as it lives. */
interface Named {
  metadata: { uid: string; resourceVersion?: string };
}

/** Keeps a copy of all objects at a path by list and watch, through restarts of the API server. */
export class Mirror<Kind extends Named> {
  private readonly objects = new Map<string, Kind>();
  private complete = false;

  /**
   * @param path such as `/api/v1/persistentvolumeclaims`.
   * @param onChange called after each change, and once when the list is there.
   */
  constructor(
    private readonly client: ApiClient,
    private readonly path: string,
    private readonly onChange: () => void,
  ) {}

  /** Whether the list has been read; before that the objects are not all of them. */
  get isComplete(): boolean {
    return this.complete;
  }

  /** All objects. */
  list(): Kind[] {
    return [...this.objects.values()];
  }

  /** Follows the path until the signal comes. */
  async follow(signal: AbortSignal): Promise<void> {
    let lastFailure = "";
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      try {
        await this.once(signal);
        lastFailure = "";
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (message !== lastFailure && !isOver()) {
          console.error(`${new Date().toISOString()} ${this.path}: ${message}; trying again`);
          lastFailure = message;
        }
        await sleep(RETRY_INTERVAL);
      }
    }
  }

  private async once(signal: AbortSignal): Promise<void> {
    const list = await this.client.call<ObjectList<Kind>>("GET", this.path);
    this.objects.clear();
    list.items.forEach((object) => this.objects.set(object.metadata.uid, object));
    this.complete = true;
    this.onChange();
    for await (const { type, object } of this.client.watch<Kind>(this.path, list.metadata.resourceVersion, signal)) {
      switch (type) {
        case "ADDED":
        case "MODIFIED":
          this.objects.set(object.metadata.uid, object);
          break;
        case "DELETED":
          this.objects.delete(object.metadata.uid);
          break;
        case "BOOKMARK":
          continue;
        case "ERROR":
          // The version is too old to go on from: list again.
          return;
      }
      this.onChange();
    }
  }
}
