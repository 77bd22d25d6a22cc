import { type SharedClaim } from "../../model/service";

/** Claims that several services or all pods of one share. */
export const claims: readonly SharedClaim[] = [
  {
    name: "alt-files",
    // The scaling plan expects 100 GB of data a day; nothing deletes files today, so a day must fit before anybody looks.
    size: "100Gi",
    accessMode: "ReadWriteMany",
    why: "Segmentation hands .alt files to the runner as paths, and pods of both run on different nodes and pools.",
  },
  {
    name: "ai-models",
    // 4.1 GB for llama2-7b-q4 and 1 GB for whisper and yolo, 5 GB for the plan's test of ten models of 500 MB; twice,
    // because the API keeps versions.
    size: "20Gi",
    accessMode: "ReadWriteMany",
    why: "One copy of the models for all pods of the orchestrator: each would otherwise fetch gigabytes at its start.",
  },
];
