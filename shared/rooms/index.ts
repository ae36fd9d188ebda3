// What others may see of rooms.
export { changeParticipants } from './change-participants.js';
export { createRoom, type NewRoom } from './create-room.js';
export { deleteRoom } from './delete-room.js';
export { wrongPart } from './faults.js';
export { getRoom } from './find-room.js';
export { maxRoomBodyBytes, maxRoomParticipants } from './limits.js';
export { listParticipants } from './list-participants.js';
export { listRooms } from './list-rooms.js';
export { isValidRoom, mayJoin } from './may-join.js';
export { type ListedRoom, type ParticipantChanges, type RoomParticipant, type RoomRole, roomRoles } from './model.js';
export type { RoomParts } from './parts.js';
export { rooms } from './personal-data.js';
export { roomRateLimits } from './rate-limits.js';
export { RoomStore } from './store.js';
export { updateRoom } from './update-room.js';
