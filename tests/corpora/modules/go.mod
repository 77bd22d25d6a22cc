// Foreign tests that our policy rules are compared with (tests/corpora/README.md). Nothing is built from them.
module altlas.io/infra/tests/corpora/modules

// The oldest Go that reads this file: fetching needs no newer one.
go 1.21

require (
	// The version of the cluster in sandbox/toolchain/tools.ts.
	k8s.io/pod-security-admission v0.36.2
	github.com/zegl/kube-score v1.20.0
)
