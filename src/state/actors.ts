import type { Actor } from './event.ts'

/** In whose name the engine writes what it saw and did by itself. */
export const engineActor: Actor = { name: 'astern', uid: 0, from: 'engine' }
