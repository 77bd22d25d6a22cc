export { bytesOf, numberOf } from "./amounts";
export { cloudNativePgSettings, operatorParameters } from "./cloud-native-pg";
export { type MemoryCommitment, memoryCommitment, type MemoryPart } from "./commitment";
export { type Overrides, serverSettings } from "./compute";
export { majors, type Parameter, parameterOf } from "./parameters";
export { settingProblems } from "./problems";
export { walShare } from "./wal";
export { leastMemory } from "./size-problems";
