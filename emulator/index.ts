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
  StageActionFacts,
  StagePlace,
} from './contract.js';
export { EmulatorError, RequestRefused } from './emulator-error.js';
export { startEmulator } from './start-emulator.js';
