// At which host a resource answers. In Azure its name says it: `{resource}.{geography}.{domain}`. In the emulator each
// resource has a port of its own, which whoever runs the app opens.
import { Fault } from '../http/index.js';
import type { GeographySlug } from '../geography/index.js';
import { resourceFaults } from './faults.js';

/** Opens ports for new resources. */
export interface PortOpener {
  /** @param port the one that is wanted; another is taken when it is not free */
  open(port: number | undefined): Promise<number>;
  close(port: number): Promise<void>;
}

export class Hosts {
  readonly #geography: GeographySlug;
  readonly #domain: string | undefined;
  /** Hosts that were opened here, beside those of the settings. */
  readonly #opened = new Map<string, string>();
  readonly #configured: ReadonlyMap<string, string>;
  #ports: PortOpener | undefined;

  /** @param configured host → resource name, from the settings */
  constructor(parts: {
    readonly geography: GeographySlug;
    readonly domain: string | undefined;
    readonly configured: ReadonlyMap<string, string>;
  }) {
    this.#geography = parts.geography;
    this.#domain = parts.domain;
    this.#configured = parts.configured;
  }

  /** From now on every new resource gets a port. */
  openWith(ports: PortOpener): void {
    this.#ports = ports;
  }

  /** Name of the resource that answers at a host. */
  get(host: string): string | undefined {
    return this.#configured.get(host) ?? this.#opened.get(host);
  }

  /**
   * Makes the host of a resource answer.
   *
   * @param before where it answered before this process started
   * @throws {Fault} 501 when nothing says how hosts are called
   */
  async open(name: string, before?: string): Promise<string> {
    if (this.#ports === undefined) {
      return before ?? this.#nameOf(name);
    }
    const port = await this.#ports.open(portOf(before));
    for (const host of ['localhost', '127.0.0.1', '[::1]']) {
      this.#opened.set(`${host}:${port}`, name.toLowerCase());
    }
    return `localhost:${port}`;
  }

  async close(host: string): Promise<void> {
    const port = portOf(host);
    if (this.#ports === undefined || port === undefined || !this.#opened.has(host)) {
      return;
    }
    for (const [opened] of this.#opened) {
      if (portOf(opened) === port) {
        this.#opened.delete(opened);
      }
    }
    await this.#ports.close(port);
  }

  async closeAll(): Promise<void> {
    for (const host of this.#opened.keys()) {
      await this.close(host);
    }
  }

  /** The host of a resource that was not opened: the first of the settings, else as its name says. */
  hostOf(name: string): string | undefined {
    for (const [host, resource] of this.#configured) {
      if (resource === name.toLowerCase()) {
        return host;
      }
    }
    return this.#domain === undefined ? undefined : this.#nameOf(name);
  }

  #nameOf(name: string): string {
    if (this.#domain === undefined) {
      throw new Fault(resourceFaults.noDomain);
    }
    return `${name.toLowerCase()}.${this.#geography}.${this.#domain}`;
  }
}

function portOf(host: string | undefined): number | undefined {
  const [, port] = /:(\d+)$/.exec(host ?? '') ?? [];
  return port === undefined ? undefined : Number(port);
}
