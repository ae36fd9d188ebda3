// `acs-domicile/emulator`
export type {
  Emulator,
  EmulatorClock,
  EmulatorOptions,
  EmulatorResource,
  ReadyFile,
  ReadyGeography,
} from './contract.js';
export { EmulatorError } from './emulator-error.js';
export { startEmulator } from './start-emulator.js';
