import type { RunState } from '../run-state.ts'
import type { Offer } from './offer.ts'
import type { Proposal } from './proposal.ts'

/** How a proposal stands, in a word or two; `open`: it waits for an answer. */
export type Standing = {
  readonly word: 'open' | 'in the file' | 'being written' | 'not written' | 'left' | 'never' | 'to look at' | 'not here'
  readonly says: string
}

/** By what was answered, then by what the file says now. `offer` undefined: the file was not looked at. */
export function standingOf({ answered }: RunState, { id, change }: Proposal, offer: Offer | undefined): Standing {
  const one = answered[id]
  if (one?.answer === 'never') return { word: 'never', says: `turned down by ${one.by}: ${one.reason}` }
  if (one?.written?.ok === true) return { word: 'in the file', says: `taken by ${one.by}; ${one.written.says}` }
  if (one?.answer === 'accept' && one.written !== null) return { word: 'not written', says: one.written.says }
  if (one?.answer === 'accept') return { word: 'being written', says: `accepted by ${one.by}` }
  if (offer?.stands === 'there') return { word: 'in the file', says: offer.says }
  if (one?.answer === 'not now') return { word: 'left', says: `left for now by ${one.by}` }
  if (change.kind === 'look') return { word: 'to look at', says: 'what to write there is yours to say' }
  if (offer !== undefined && offer.stands !== 'open') return { word: 'not here', says: offer.says }
  return { word: 'open', says: '' }
}

/** Nobody has said anything about it yet. */
export function isUnanswered({ answered }: RunState, { id }: Proposal): boolean {
  return answered[id] === undefined || answered[id].written?.ok === false
}

/** `services.api.stop.grace: 30s -> 1m`; of what is only looked at, the place. */
export function changeText({ path, change }: Proposal): string {
  const place = path.join('.')
  if (change.kind === 'look') return place === '' ? 'the procedure' : place
  if (change.kind === 'suggest') return `${place}: # ${change.comment}`
  const written = (value: typeof change.was): string => (typeof value === 'string' ? value : JSON.stringify(value))
  return `${place}: ${change.was === null ? 'not given' : written(change.was)} -> ${written(change.becomes)}`
}
