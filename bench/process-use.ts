// CPU time and memory of another process, from Linux's accounting (proc(5): fields 14 and 15 of `stat`, in ticks of 10 ms; `statm` in pages).
import { readFile } from 'node:fs/promises';

const microsPerTick = 10_000;

/** Microseconds since its start; undefined where there is no `/proc`. */
export async function cpuMicrosOf(pid: number): Promise<number | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in parentheses, may hold blanks.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * microsPerTick;
  } catch {
    return undefined;
  }
}

const pageBytes = 4_096;

/** What of it lies in memory; undefined where there is no `/proc`. */
export async function residentBytesOf(pid: number): Promise<number | undefined> {
  try {
    return Number((await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')[1]) * pageBytes;
  } catch {
    return undefined;
  }
}
