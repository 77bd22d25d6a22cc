import { afterAll } from "vitest";
import { stopServers } from "./server";

// Set-up file of the engine tests: it runs for each of them, so that no file can forget it.
afterAll(stopServers);
