/**
 * Who stays when a cluster is full: what others cannot work without comes first (ALT-K8S-061). Values are a thousand
 * apart to leave room between, and far below the system's own (two thousand million).
 */
export const priorities = {
  data: {
    name: "altlas-data",
    value: 5000,
    description: "Databases, caches and brokers: everything else waits for them.",
  },
  mesh: { name: "altlas-mesh", value: 4000, description: "The mesh's control plane: new pods wait for its identity." },
  observability: {
    name: "altlas-observability",
    value: 3000,
    description: "Metrics, logs and alarms: without them nobody sees the rest fail.",
  },
  services: { name: "altlas-services", value: 2000, description: "The five services." },
  batch: { name: "altlas-batch", value: 1000, description: "Jobs that may wait for the next free node." },
} as const;
