import { afterAll } from "vitest";
import { killRegistered } from "./registered";
import { stopServers } from "./postgresql/server";

// Set-up file of the engine tests: it runs for each of them, so that no file can forget it.
afterAll(async () => {
  await Promise.all([stopServers(), killRegistered()]);
});
