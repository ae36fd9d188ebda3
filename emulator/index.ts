// `acs-domicile/emulator`
export type {
  Emulator,
  EmulatorClock,
  EmulatorLimits,
  EmulatorOptions,
  EmulatorRate,
  EmulatorResource,
  EntraApplication,
  EntraUser,
  ReadyFile,
  ReadyGeography,
} from './contract.js';
export { EmulatorError } from './emulator-error.js';
export { startEmulator } from './start-emulator.js';
