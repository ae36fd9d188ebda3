// Where nobody carries calls: nothing is begun, so nothing is to be told. What went on while there was somebody ends.
import type { MediaPlane } from './media-plane.js';

export const noMediaPlane: MediaPlane = {
  foresee: () => [],
  react: () => [],
  send: async (_, commands) => {
    if (commands.some((command) => command.do !== 'end')) {
      throw new Error('Nobody carries calls.');
    }
  },
  lost: async (calls) => calls.map(({ key }) => key),
};
