export { defaultResourceOf } from './default-resource.js';
export { ResourceDirectory } from './directory.js';
export type { Resource } from './model.js';
export { resources } from './personal-data.js';
