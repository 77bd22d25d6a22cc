import { type ServerSize } from "../../model/database/server";
import { type Bytes, type Cpu } from "../../model/quantity";

/** A server of beta's size, or what differs from it. */
export function serverSize({
  cpu = "2",
  memory = "6Gi",
  volume = "100Gi",
  walVolume = "25Gi",
  maxConnections = 200,
  replicas = 2,
  major = 18,
}: Partial<Omit<ServerSize, "resources"> & { readonly cpu: Cpu; readonly memory: Bytes }>): ServerSize {
  return {
    resources: { requests: { cpu, memory }, limits: { cpu, memory } },
    volume,
    walVolume,
    maxConnections,
    replicas,
    major,
  };
}
