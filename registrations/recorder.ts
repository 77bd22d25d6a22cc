import { decodeProperties } from "./property-values";
import { type RegisterRequest, type Registration, readRegistration, type Struct } from "./registration";

type Respond = (error: Error | null, response?: unknown) => void;

/** The parts of the mock monitor that are wrapped. */
export interface Monitor {
  registerResource(request: RegisterRequest, respond: Respond): Promise<void>;
  registerResourceOutputs(request: { getUrn(): string; getOutputs(): Struct | undefined }, respond: Respond): void;
}

/** Writes down what reaches a mock monitor before passing it on. */
export class Recorder {
  /** By the URN of the mock monitor, which names only the nearest parent and so is not the engine's. */
  private readonly byUrn = new Map<string, Registration>();
  private readonly keys = new Set<string>();
  /** Keys that were registered more than once; the mock monitor itself does not mind. */
  readonly duplicates = new Set<string>();

  registrations(): Registration[] {
    return [...this.byUrn.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  attach(monitor: Monitor): void {
    const registerResource = monitor.registerResource.bind(monitor);
    const registerResourceOutputs = monitor.registerResourceOutputs.bind(monitor);
    monitor.registerResource = async (request, respond) => {
      let registration: Registration;
      try {
        registration = readRegistration(request, (urn) => this.key(urn));
      } catch (error) {
        // Without an answer the program would wait for ever.
        respond(error as Error);
        return;
      }
      if (this.keys.has(registration.key)) this.duplicates.add(registration.key);
      this.keys.add(registration.key);
      await registerResource(request, (error, response) => {
        if (!error) this.byUrn.set((response as { getUrn(): string }).getUrn(), registration);
        respond(error, response);
      });
    };
    monitor.registerResourceOutputs = (request, respond) => {
      const registration = this.byUrn.get(request.getUrn());
      const outputs = decodeProperties(request.getOutputs()?.toJavaScript() ?? {});
      if (registration) this.byUrn.set(request.getUrn(), { ...registration, outputs });
      registerResourceOutputs(request, respond);
    };
  }

  private key(urn: string): string {
    return this.byUrn.get(urn)?.key ?? urn;
  }
}
