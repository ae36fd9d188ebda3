// CPU profiles of the slices alone: setting up threads and users would otherwise drown what is measured.
import { mkdir, writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';

export interface SliceProfiler {
  begin(): Promise<void>;
  /** Writes the profile of the slice. */
  end(): Promise<void>;
}

export async function createSliceProfiler(folder: string): Promise<SliceProfiler> {
  await mkdir(folder, { recursive: true });
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  let slices = 0;
  return {
    begin: async () => {
      await session.post('Profiler.start');
    },
    end: async () => {
      const { profile } = await session.post('Profiler.stop');
      slices += 1;
      const name = `${process.pid}-${String(slices).padStart(3, '0')}.cpuprofile`;
      await writeFile(join(folder, name), JSON.stringify(profile));
    },
  };
}
