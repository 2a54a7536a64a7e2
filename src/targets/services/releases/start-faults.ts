import type { Fault } from '../../../state/fault.ts'
import type { Place } from './layout.ts'
import type { Running } from './processes.ts'

export function notPointed(place: Place, release: string, pointed: string | null): Fault {
  return {
    code: 'release.not-pointed',
    what: `${place.current} points at ${pointed ?? 'no release'}, not at ${release}`,
    means: 'Nothing was started.',
    next: 'Point it at the release first: retry the step before, or undo.',
  }
}

export function otherRuns(place: Place, release: string, { pid, release: other, note }: Running): Fault {
  return {
    code: 'service.other-release',
    what: `${place.name} ${release} was not started: ${other === null ? (note ?? `process ${pid} holds its run lock`) : `${other} runs as process ${pid}`}`,
    means: 'What runs was left alone.',
    next: 'Stop it first, or find out who started it; then retry or undo.',
  }
}

/** `words`: the last lines of its log, on one line; empty: it said nothing. */
export function notStarted(place: Place, release: string, why: string, words: string): Fault {
  return {
    code: 'service.will-not-start',
    what: `${place.name} ${release} did not start: ${why}`,
    means: 'The service is down.',
    next: `Read ${place.log}. Then retry, skip with a reason, or undo.`,
    ...(words === '' ? {} : { detail: words }),
  }
}

export function secretMissing(place: Place, release: string, name: string, why: string): Fault {
  return {
    code: 'service.secret-missing',
    what: `${place.name} ${release} was not started: ${name} has no value: ${why}`,
    means: 'Without it the service would not be itself. Nothing was started.',
    next: 'Give the engine the secret (astern attach asks for what is missing), then retry.',
  }
}
