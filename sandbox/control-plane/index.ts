export { ControlPlaneError, startControlPlane } from "./start";
export { controlPlaneStatus } from "./status";
export { resetControlPlane, stopControlPlane, type StopOptions } from "./stop";
export {
  type ComponentName,
  COMPONENTS,
  type ComponentStatus,
  CONTEXT_NAME,
  type ControlPlane,
  type ControlPlaneStatus,
  type StartOptions,
} from "./types";
