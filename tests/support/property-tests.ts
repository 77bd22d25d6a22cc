import fc from "fast-check";

// Every run tries the same cases, so that a failure is the change's and not the day's. To look for new ones:
// ALTLAS_PROPERTY_SEED=$RANDOM npm test -- --project fast
fc.configureGlobal({ seed: Number(process.env.ALTLAS_PROPERTY_SEED ?? 20_261_123) });
