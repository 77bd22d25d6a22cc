/** Files in policies/rules that the mutation tester changes: a few of each area, and one that mends. */
export const sample = ["k8s-012", "k8s-023", "scale-021", "net-001", "ops-005"];
