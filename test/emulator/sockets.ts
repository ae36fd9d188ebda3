// Which sockets a process and its descendants have, as Linux tells in /proc.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { descendantsOf } from './command-line.js';

export interface ObservedSockets {
  /** Addresses that were listened on, `protocol address:port` as the kernel writes them, in hexadecimal. */
  readonly listening: ReadonlySet<string>;
  /** Connections to loopback that were seen. */
  readonly connections: number;
  /** Sockets that listen or talk beyond loopback. */
  readonly beyondLoopback: ReadonlySet<string>;
}

const everyMs = 15;
const tables = ['tcp', 'tcp6', 'udp', 'udp6'] as const;
const tcpListens = '0A';

/** Looks again and again, beginning now, until it is stopped. */
export function observeSockets(pid: number): { stop(): ObservedSockets } {
  const listening = new Set<string>();
  const connections = new Set<string>();
  const beyondLoopback = new Set<string>();
  function look(): void {
    const owned = new Set([pid, ...descendantsOf(pid)].flatMap(socketInodesOf));
    for (const protocol of tables) {
      for (const line of readFileSync(`/proc/net/${protocol}`, 'utf8').trimEnd().split('\n').slice(1)) {
        const [, local = '', remote = '', state, , , , , , inode = ''] = line.trim().split(/\s+/);
        if (!owned.has(inode)) {
          continue;
        }
        const isConnected = !isUnspecified(remote);
        if (!isLoopback(local) || (isConnected && !isLoopback(remote))) {
          beyondLoopback.add(`${protocol} ${local} ${remote}`);
        } else if (isConnected) {
          connections.add(`${protocol} ${local} ${remote}`);
        } else if (state === tcpListens || protocol.startsWith('udp')) {
          listening.add(`${protocol} ${local}`);
        }
      }
    }
  }
  look();
  const timer = setInterval(look, everyMs);
  return {
    stop() {
      clearInterval(timer);
      look();
      return { listening, connections: connections.size, beyondLoopback };
    },
  };
}

function socketInodesOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => inodeOf(`/proc/${pid}/fd/${fd}`));
  } catch {
    return []; // it has just ended
  }
}

function inodeOf(path: string): string[] {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(path))?.slice(1) ?? [];
  } catch {
    return []; // just closed
  }
}

/** The kernel writes words of 32 bits, in the byte order of the machine, which is little-endian wherever we run. */
function isLoopback(address: string): boolean {
  return /^(?:[0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F):/.test(address);
}

function isUnspecified(address: string): boolean {
  return /^0+:0+$/.test(address);
}
