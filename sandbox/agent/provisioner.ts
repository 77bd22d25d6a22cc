import { type ApiClient, ApiError } from "../control-plane/client";
import { Mirror } from "./mirror";
import { type Claim, planVolumes, type StorageClass, type Volume, type VolumeAction, volumeFor } from "./volumes";

/** Milliseconds between a failed pass and the next. */
const RETRY_INTERVAL = 500;

/**
 * The storage driver of the sandbox: volumes that are nothing but objects, for StorageClasses with
 * the provisioner `altlas.io/simulated`.
 */
export class Provisioner {
  private readonly claims: Mirror<Claim>;
  private readonly volumes: Mirror<Volume>;
  private readonly classes: Mirror<StorageClass>;
  private wake: () => void = () => undefined;
  private dirty = false;

  constructor(private readonly client: ApiClient) {
    const onChange = (): void => {
      this.dirty = true;
      this.wake();
    };
    this.claims = new Mirror<Claim>(client, "/api/v1/persistentvolumeclaims", onChange);
    this.volumes = new Mirror<Volume>(client, "/api/v1/persistentvolumes", onChange);
    this.classes = new Mirror<StorageClass>(client, "/apis/storage.k8s.io/v1/storageclasses", onChange);
  }

  /** Works until the signal comes. */
  async run(signal: AbortSignal): Promise<void> {
    const followers = [this.claims, this.volumes, this.classes].map(async (mirror) => await mirror.follow(signal));
    signal.addEventListener("abort", () => this.wake());
    while (!signal.aborted) {
      await this.changed(signal);
      this.dirty = false;
      if (!(this.claims.isComplete && this.volumes.isComplete && this.classes.isComplete)) {
        continue;
      }
      const actions = planVolumes(this.claims.list(), this.volumes.list(), this.classes.list());
      const results = await Promise.all(actions.map(async (action) => await this.attempt(action)));
      if (results.includes(false)) {
        setTimeout(() => {
          this.dirty = true;
          this.wake();
        }, RETRY_INTERVAL);
      }
    }
    await Promise.all(followers);
  }

  private async changed(signal: AbortSignal): Promise<void> {
    if (!this.dirty && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** Whether the action is done, or has become needless. */
  private async attempt(action: VolumeAction): Promise<boolean> {
    try {
      await this.act(action);
      return true;
    } catch (error) {
      if (error instanceof ApiError && (error.reason === "AlreadyExists" || error.status === 404)) {
        return true;
      }
      console.error(
        `${new Date().toISOString()} ${action.kind}: ${error instanceof Error ? error.message : String(error)}`,
      );
      return false;
    }
  }

  private async act(action: VolumeAction): Promise<void> {
    const mergePatch = { type: "application/merge-patch+json" };
    switch (action.kind) {
      case "provision": {
        const zone = action.node === undefined ? undefined : await this.zoneOf(action.node);
        await this.client.call("POST", "/api/v1/persistentvolumes", volumeFor(action.claim, action.storageClass, zone));
        return;
      }
      case "delete":
        await this.client.call("DELETE", `/api/v1/persistentvolumes/${action.volume.metadata.name}`);
        return;
      case "resize": {
        const capacity = { storage: action.storage };
        const { namespace, name } = action.claim.metadata;
        const claim = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}/status`;
        await this.client.call(
          "PATCH",
          `/api/v1/persistentvolumes/${action.volume.metadata.name}`,
          { spec: { capacity } },
          mergePatch,
        );
        await this.client.call("PATCH", claim, { status: { capacity } }, mergePatch);
      }
    }
  }

  private async zoneOf(node: string): Promise<string | undefined> {
    const found = await this.client.find<{ metadata: { labels?: Record<string, string> } }>(`/api/v1/nodes/${node}`);
    return found?.metadata.labels?.["topology.kubernetes.io/zone"];
  }
}
