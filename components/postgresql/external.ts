import { type Form } from "./form";

/** A server that somebody else runs: nothing of it is registered, and everything inside is made all the same. */
export const external: Form = {
  objects: () => [],
  footprints: () => [],
  ready: [],
  bringsPooler: false,
  address: ({ database: { form } }) => {
    if (form.kind !== "external") throw new Error(`the form ${form.kind} has no address of somebody else's server`);
    return { host: form.host, port: form.port };
  },
  clientImage: ({ database }) => database.images.server,
};
