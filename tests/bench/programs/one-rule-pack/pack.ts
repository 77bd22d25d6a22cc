import { servePolicies } from "../../../../policies/pulumi/serve";
import { rule } from "../../../../policies/rules/k8s-001";

// The same way of serving with one rule in place of all: what is left is what no rule can save.
servePolicies([rule]);
