import { type Amounts } from "./service";

/**
 * What a mesh proxy asks for and may use. The request is Linkerd's own for a highly available installation, the memory
 * limit too; the memory request keeps the ratio of 2 that ALT-K8S-004 allows.
 */
export const proxyResources: { readonly requests: Amounts; readonly limits: Amounts } = {
  requests: { cpu: "100m", memory: "128Mi" },
  limits: { cpu: "200m", memory: "250Mi" },
};
