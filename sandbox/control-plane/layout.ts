import path from "node:path";
import { type ComponentName } from "./types";

/** Where things are in a control plane's folder. */
export interface Layout {
  folder: string;
  /** Kernel-held lock of whoever starts, stops or resets. */
  lock: string;
  /** Ports, kept so that addresses survive a restart. */
  settings: string;
  pki: string;
  /** The administrator's kubeconfig. */
  kubeconfig: string;
  /** Kubeconfigs of the components, by name of their certificate. */
  componentKubeconfig: (certificate: string) => string;
  config: string;
  etcdData: string;
  auditLog: string;
  record: (component: ComponentName) => string;
  log: (component: ComponentName) => string;
}

/** The layout below the folder. */
export function layoutOf(folder: string): Layout {
  const at = (...parts: string[]): string => path.join(folder, ...parts);
  return {
    folder,
    lock: at("lock"),
    settings: at("settings.json"),
    pki: at("pki"),
    kubeconfig: at("kubeconfig"),
    componentKubeconfig: (certificate) => at("config", `${certificate}.kubeconfig`),
    config: at("config"),
    etcdData: at("etcd"),
    auditLog: at("logs", "audit.log"),
    record: (component) => at("run", `${component}.json`),
    log: (component) => at("logs", `${component}.log`),
  };
}
