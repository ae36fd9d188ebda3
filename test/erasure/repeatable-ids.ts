// Ids that are the same in every run, so that a process makes the same storage calls in every run.
import { hash } from 'node:crypto';
import type { Ids } from '../../shared/time/ids.js';

export function repeatableIds(seed: string): Ids {
  let drawn = 0;
  const draw = () => hash('sha256', `${seed} ${++drawn}`, 'buffer');
  return {
    uuid: () => {
      const hex = draw().toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    },
    bytes: (length) => Buffer.concat(Array.from({ length: Math.ceil(length / 32) }, draw)).subarray(0, length),
    fraction: () => draw().readUInt32BE(0) / 2 ** 32,
  };
}
