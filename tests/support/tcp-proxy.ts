import net, { type AddressInfo } from "node:net";

/** A loopback address in front of a server that can be made to go away and come back. */
export class TcpProxy {
  readonly #open = new Set<net.Socket>();
  #server: net.Server | undefined;
  #port = 0;

  /** @param target the server's port on this machine */
  constructor(private readonly target: number) {}

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Listens; again on the same port when it did before. */
  async up(): Promise<void> {
    const server = net.createServer((incoming) => {
      const outgoing = net.connect(this.target, "127.0.0.1");
      for (const [socket, other] of [
        [incoming, outgoing],
        [outgoing, incoming],
      ] as const) {
        this.#open.add(socket);
        socket.pipe(other);
        socket.on("error", () => other.destroy());
        socket.on("close", () => {
          this.#open.delete(socket);
          other.destroy();
        });
      }
    });
    await new Promise<void>((resolve, reject) => {
      server.on("error", reject);
      server.listen(this.#port, "127.0.0.1", resolve);
    });
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Cuts every connection and refuses new ones. */
  async down(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    for (const socket of this.#open) socket.destroy();
    await closed;
  }
}
