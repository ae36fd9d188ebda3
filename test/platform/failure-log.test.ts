import { describe, expect, it } from 'vitest';
import { createFailureReport } from '../../functions/report-failure.js';
import { Fault, faults } from '../../shared/http/index.js';

class Broken extends Error {
  override readonly name = 'Broken';
}

/** A report into memory; time is moved by hand, and with it what is to run later. */
function report() {
  const lines: string[] = [];
  const time = { now: 0 };
  let waiting: { readonly at: number; readonly run: () => void }[] = [];
  const write = createFailureReport({
    clock: { monotonic: () => time.now },
    write: (line) => lines.push(line.split('\n', 1)[0] ?? ''),
    later: (ms, run) => waiting.push({ at: time.now + ms, run }),
  });
  const moveTo = (now: number): void => {
    time.now = now;
    const due = waiting.filter(({ at }) => at <= now);
    waiting = waiting.filter(({ at }) => at > now);
    for (const { run } of due) {
      run();
    }
  };
  return { lines, write, moveTo };
}

describe('The log of failures', () => {
  it('has at most twenty lines a minute of one cause, then how many more there were', () => {
    const { lines, write, moveTo } = report();
    for (let count = 0; count < 5_000; count += 1) {
      write('chat-send-message', `request-${count}`, new Broken('with data'));
    }
    expect(lines).toHaveLength(20);
    expect(lines[0]).toBe('chat-send-message failed (request request-0): Broken');
    moveTo(60_000);
    expect(lines.slice(20)).toEqual(['chat-send-message failed: Broken: 4980 more within a minute, not written.']);
    write('chat-send-message', 'again', new Broken());
    expect(lines).toHaveLength(22);
  });

  it('shows what is rare beside what is not: each operation and kind of error has lines of its own', () => {
    const { lines, write } = report();
    for (let count = 0; count < 100; count += 1) {
      write('chat-send-message', 'many', new Broken());
    }
    write('chat-send-message', 'one', new Fault(faults.serviceUnavailable));
    write('work-job', 'one', new Broken());
    for (let count = 0; count < 100; count += 1) {
      write('work-job', 'many', new Fault(faults.internalError));
    }
    write('work-job', 'two', new Fault(faults.serviceUnavailable));
    expect(lines.filter((line) => !line.includes(faults.internalError.message)).slice(20)).toEqual([
      `chat-send-message failed (request one): Fault ${faults.serviceUnavailable.message}`,
      'work-job failed (request one): Broken',
      `work-job failed (request two): Fault ${faults.serviceUnavailable.message}`,
    ]);
  });

  it('counts on where nothing runs later, and says nothing of a minute with few', () => {
    const { lines, write, moveTo } = report();
    write('work-job', 'first', new Broken());
    moveTo(60_000);
    expect(lines).toHaveLength(1);
    moveTo(130_000);
    write('work-job', 'second', new Broken());
    expect(lines).toHaveLength(2);
  });

  it('does not grow with the number of causes', () => {
    const { lines, write } = report();
    for (let count = 0; count < 5_000; count += 1) {
      write(`operation-${count}`, 'x', new Broken());
    }
    expect(lines).toHaveLength(520);
  });
});
