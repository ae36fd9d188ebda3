// Notices of one person as frames: for a WebSocket as few as fit, several notices in one.
import { joinFrames, notificationFrame } from './frames.js';
import { maxFrameBytes } from './limits.js';
import type { LiveDelivery } from './model.js';
import { noticeBody } from './notice-body.js';

const path = '/messaging';
const maxId = 2_000_000_000;
let lastId = 1_000;

/** A frame a notice. */
export function noticeFrames({ rawId, notices }: LiveDelivery): string[] {
  return notices.map((notice) => {
    lastId = (lastId % maxId) + 1;
    return notificationFrame({ id: lastId, url: path, body: noticeBody(notice, rawId) });
  });
}

/** The same, as many in one as a WebSocket takes. */
export function gatheredFrames(delivery: LiveDelivery): string[] {
  const bodies: string[] = [];
  let piece: string[] = [];
  let bytes = 0;
  for (const frame of noticeFrames(delivery)) {
    // With its length in front.
    const size = Buffer.byteLength(frame) + 16;
    if (bytes + size > maxFrameBytes && piece.length > 0) {
      bodies.push(joinFrames(piece));
      piece = [];
      bytes = 0;
    }
    piece.push(frame);
    bytes += size;
  }
  return piece.length === 0 ? bodies : [...bodies, joinFrames(piece)];
}
