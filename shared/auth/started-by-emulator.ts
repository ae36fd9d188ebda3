// Whether this process is the emulator's own. Settings cannot say so, since they can be copied anywhere: the emulator leaves
// a mark in the memory of the process in which it then loads the app.

const mark = Symbol.for('acs-domicile.started-by-emulator');

/** For the emulator alone, before it loads the app. */
export function markAsEmulator(): void {
  Reflect.set(globalThis, mark, true);
}

export function isStartedByEmulator(): boolean {
  return Reflect.get(globalThis, mark) === true;
}
