export {
  type Installation,
  installation,
  type Major,
  pgbouncerProgram,
  serverFolder,
  serverUser,
  toolProgram,
} from "./programs";
export { type Login, type Server, type ServerOptions, startServer, stopServers } from "./server";
