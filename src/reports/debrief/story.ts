import type { Injected } from '../../state/drill/score/injected.ts'
import type { Measure, MeasureId } from '../../state/drill/score/measures.ts'
import type { Score } from '../../state/drill/score/score.ts'
import { spanText, hourText } from '../../state/times.ts'
import { tookText } from './targets.ts'
import { joined } from './words.ts'

/** What happened, in three sentences: who played what and why it ended; what was done about it; what came of it. */
export function storyOf(score: Score): string {
  return `${played(score)} ${done(score)} ${cameOf(score)}`
}

function played(score: Score): string {
  const { players, title, environment, began, tookMs, ended } = score
  const who = players.length === 0 ? 'Nobody' : joined(players)
  const what = `“${title}” in ${environment}`
  const why = ended === null ? 'it still goes on' : `it ended because ${endWords(ended)}`
  if (began === null) return `${what} was not played: ${ended === null ? 'it has not begun' : endWords(ended)}.`
  return `${who} played ${what} on ${began.slice(0, 10)} from ${hourText(began)} UTC, for ${spanText(tookMs ?? 0)}; ${why}.`
}

function endWords({ why, words, by }: NonNullable<Score['ended']>): string {
  switch (why) {
    case 'finished':
      return 'what was played in it was closed'
    case 'halted':
      return `${by} halted it (${words})`
    case 'deadline':
      return `its time was over (${words})`
    case 'stop condition':
      return `a stop condition was met (${words})`
    case 'beyond':
      return `something beyond its blast radius was hurt (${words})`
    case 'lost':
      return 'the process that led it was gone'
    case 'not steady':
      return `there was no steady state to begin from (${words})`
  }
}

function done(score: Score): string {
  const { first, injected } = score
  if (first === null) return 'Nothing was injected.'
  const there = injected.filter(({ at }) => at !== null).length
  const of = there > 1 ? `The first of ${there} faults` : there === 1 ? 'The fault' : 'The first word'
  return `${of} (${first.what}) was there at ${hourText(first.at)}; ${noticed(score)}, and ${decided(score)}.`
}

function noticed(score: Score): string {
  const detect = measure(score, 'detect')
  if (detect === undefined || detect.tookMs === null) return 'nobody noticed it'
  return `it was noticed ${detect.tookMs === 0 ? '' : 'after '}${tookText(detect)}`
}

function decided(score: Score): string {
  const { made, expected, asExpected } = score.decision
  const last = made.at(-1)
  if (last === undefined) return `nothing was decided, where the answer was to ${verb[expected]}`
  const took = measure(score, 'decide')?.tookMs ?? null
  const when = took === null ? '' : ` after ${spanText(took)}`
  const fits = asExpected === true ? 'as the scenario expected' : `where the answer was to ${verb[expected]}`
  return `${last.by} decided to ${verb[last.choice]} as ${last.severity}${when}, ${fits}`
}

const verb: Readonly<Record<Score['decision']['expected'], string>> = {
  'roll back': 'roll back',
  'switch a flag off': 'switch a flag off',
  'configuration only': 'change the configuration only',
  'roll forward': 'roll forward',
  hold: 'hold',
  nothing: 'do nothing',
}

function cameOf(score: Score): string {
  const { first, points, injected, measures } = score
  if (first === null) return `No points are given: ${points.why ?? ''}.`
  const took = measure(score, 'mitigate')?.tookMs ?? null
  const served =
    took === null ? 'Users were not seen to be served again' : `Users were served again after ${spanText(took)}`
  const judged = measures.filter(({ standing }) => standing === 'kept' || standing === 'missed')
  const kept = judged.filter(({ standing }) => standing === 'kept').length
  const targets = judged.length === 0 ? 'no target was to be judged' : `${kept} of ${judged.length} targets were kept`
  const left =
    points.left === null ? `no points are given (${points.why ?? ''})` : `${points.left} of 100 points are left`
  return `${served}, ${targets}, and ${left}; ${cleared(injected)}.`
}

function cleared(injected: readonly Injected[]): string {
  const left = injected.filter(({ how }) => how === 'still there')
  return left.length === 0
    ? 'nothing that was injected is there any more'
    : `STILL THERE: ${left.map(({ what }) => what).join(', ')}`
}

function measure({ measures }: Score, id: MeasureId): Measure | undefined {
  return measures.find(one => one.id === id)
}
