// What every process hears of within two seconds.
export { Announcements, lastWord } from './announcements.js';
export { Burials } from './burials.js';
export { announcementLifeMs, beforeErasureMs, maxHearingDelayMs } from './limits.js';
export { revocations } from './personal-data.js';
