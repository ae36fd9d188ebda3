// A room in our own words: a place to meet for a while, and who is invited into it. Contract: rooms 2025-03-13.

export const roomRoles = ['Presenter', 'Attendee', 'Consumer', 'Collaborator'] as const;
export type RoomRole = (typeof roomRoles)[number];

export interface RoomParticipant {
  readonly rawId: string;
  readonly role: RoomRole;
  /** In the order in which they came; of who has gone it is not given again. */
  readonly number: number;
  /** Product ms. */
  readonly addedOn: number;
}

/** Product ms; callers may say it to the microsecond. */
export interface Validity {
  readonly validFrom: number;
  /** The first moment at which the room is not there any more. */
  readonly validUntil: number;
}

export interface Room extends Validity {
  readonly id: string;
  /** Product ms. */
  readonly createdOn: number;
  readonly pstnDialOutEnabled: boolean;
  /** In the order of their numbers. */
  readonly participants: readonly RoomParticipant[];
  readonly nextNumber: number;
  /** `making`: not everybody who is invited is written down yet. `deleted`: it is being taken away. Neither is shown. */
  readonly state: 'making' | 'open' | 'deleted';
  /** Keyed hash of the id by which a repeated request is known again, where there was one. */
  readonly askedBy?: string | undefined;
  /** Keyed hash of the request itself. */
  readonly madeBy?: string | undefined;
}

/** A room as lists show it. */
export type ListedRoom = Pick<Room, 'id' | 'createdOn' | 'validFrom' | 'validUntil' | 'pstnDialOutEnabled'>;

/** Who comes, or gets another role; null goes. */
export type ParticipantChanges = ReadonlyMap<string, RoomRole | null>;

/** Kind of the due work that takes a room away whose time is over. */
export const dropRoomKind = 'drop-room';

export function isShown({ state, validUntil }: Pick<Room, 'state' | 'validUntil'>, now: number): boolean {
  return state === 'open' && now < validUntil;
}
