// Odd numbers with bits all over. They lie in the memory of the books because there one instruction reads four of them;
// as constants of the assembly they took four instructions at each use.

/** What the lanes of the state hash are multiplied by; by the second half of an event's words in the order 1, 2, 3, 0. As in event-log.ts. */
export const HASH_MULTIPLIERS: ReadonlyArray<number> = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f]

/** What an id's account, high half and low half are mixed by, and then their mixture. */
export const ID_MIXERS: ReadonlyArray<number> = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35, 0x2c1b3c6d]
