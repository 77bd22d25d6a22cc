import { corpus as checkov } from "./checkov";
import { type Corpus } from "./corpus";
import { corpus as gatekeeperLibrary } from "./gatekeeper-library";
import { corpus as kubeLinter } from "./kube-linter";
import { corpus as kubeScore } from "./kube-score";
import { corpus as kubescape } from "./kubescape";
import { corpus as kyverno } from "./kyverno";
import { corpus as podSecurityAdmission } from "./pod-security-admission";
import { corpus as polaris } from "./polaris";

/** Every corpus that our rules are compared with: those that a package registry carries first. */
export const corpora: readonly Corpus[] = [
  podSecurityAdmission,
  kubeScore,
  checkov,
  gatekeeperLibrary,
  kubeLinter,
  kubescape,
  kyverno,
  polaris,
];
