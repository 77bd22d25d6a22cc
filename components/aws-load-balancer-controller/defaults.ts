import { type Resources } from "../../model/service";

/** Ports of its webhooks and of its metrics; the chart's defaults. */
export const ports = { webhook: 9443, metrics: 8080 } as const;

/** What its chart suggests for one pod, with the plan's ratio of two for the limits (ALT-K8S-004). */
export const resources: Resources = {
  requests: { cpu: "100m", memory: "200Mi" },
  limits: { cpu: "200m", memory: "400Mi" },
};

/** Disk of the node in MiB: logs, which the kubelet cuts at 5 files of 10 MiB. */
export const ephemeralMebibytes = { limit: 64, request: 32 } as const;

/** User and group of the process: that of the image. */
export const userId = 65532;
