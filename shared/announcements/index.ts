// What every process hears of within two seconds.
export { Announcements } from './announcements.js';
export { Burials } from './burials.js';
export { announcementLifeMs, maxHearingDelayMs } from './limits.js';
export { revocations } from './personal-data.js';
