import * as grpc from "@grpc/grpc-js";

/** Pulumi's own message limit (400 MB): a program may pass whole charts as one property. */
const MESSAGE_LIMIT_BYTES = 400 * 1024 * 1024;

/** Settings every server and client of a plugin shares. */
export const channelOptions: grpc.ChannelOptions = {
  "grpc.max_receive_message_length": MESSAGE_LIMIT_BYTES,
  "grpc.max_send_message_length": MESSAGE_LIMIT_BYTES,
};

/** Starts `server` on a free loopback port and returns the port. */
export function listen(server: grpc.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
}

/**
 * Serves a plugin the way the engine expects: one line with the port on standard output, then until the
 * engine interrupts it. A plugin whose engine was killed ends by itself, so that nothing stays behind.
 *
 * @param beforeExit ends what the plugin itself started
 */
export async function servePlugin(server: grpc.Server, beforeExit: () => void = () => undefined): Promise<void> {
  const port = await listen(server);
  process.stdout.write(`${String(port)}\n`);
  const stop = () => {
    beforeExit();
    process.exit(0);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  const engine = process.ppid;
  setInterval(() => {
    if (process.ppid !== engine) stop();
  }, 1000).unref();
}
