import { type Concern } from "../../model/endpoint";

/** Namespaces by concern: what shares a pod-security level, a quota and default policies. */
export const namespaces: Readonly<Record<Concern, string>> = {
  services: "altlas",
  data: "altlas-data",
  messaging: "altlas-messaging",
  observability: "altlas-observability",
  ingress: "altlas-ingress",
};
