import { dirname, join, resolve } from 'node:path'
import { isEngineAlive } from '../client/alive.ts'
import { asternHome, findRuns } from '../client/home.ts'
import { readJournalOf } from '../client/read-run.ts'
import { learnErrand } from '../runners/engine/propose-changes.ts'
import { pastJournals } from '../runners/journal/past.ts'
import { learn as learnFrom } from '../state/learning/propose.ts'
import type { Line } from '../state/event.ts'
import type { Result } from '../state/fault.ts'
import type { Proposal } from '../state/learning/proposal.ts'
import type { RunState } from '../state/run-state.ts'
import { exitCode } from './exit-codes.ts'
import { findRun } from './find-run.ts'
import type { Flags } from './flags.ts'
import { answeredIn } from './learn/answered-later.ts'
import { answerInErrand } from './learn/errand.ts'
import { answerInRun } from './learn/live.ts'
import { offersFor } from './learn/offers.ts'
import { printProposals, type Shown } from './learn/print.ts'
import type { Answering } from './learn/answering.ts'
import { talk, tell } from './talk.ts'

/** What a run taught, as changes to astern.yaml: shown, and taken or turned down one by one. Exit 1 when one could not be written. */
export async function learn(flags: Flags, run?: string): Promise<number> {
  const found = await runToLearnFrom(flags, run)
  if (!found.ok) {
    tell(found.fault)
    return exitCode.usage
  }
  const shown = await readShown(found.value, flags)
  if (shown === null) return exitCode.short
  const answering = answeringOf(flags)
  const wrong = wrongIn(answering, shown.proposals, flags)
  if (wrong !== null) {
    talk(`astern: ${wrong}`)
    return exitCode.usage
  }
  if (answering.length === 0) {
    printProposals(shown, flags)
    return exitCode.reached
  }
  const isLive = shown.state.closed === null && (await isEngineAlive(found.value))
  const code = isLive
    ? await answerInRun(found.value, answering)
    : await answerInErrand(shown.file, shown.state.run?.id ?? '', shown.proposals, answering)
  const after = await readShown(found.value, flags)
  if (after !== null) printProposals(after, flags)
  return code
}

/** The one that is named, or the newest of this home that was no errand, or the live one of another. */
async function runToLearnFrom(flags: Flags, run: string | undefined): Promise<Result<string>> {
  if (run !== undefined) return findRun(flags, run)
  for (const { directory } of await findRuns(asternHome(process.env))) {
    const read = await readJournalOf(directory)
    if (read.ok && read.value.state.run !== null && read.value.state.run.purpose.kind !== 'errand')
      return { ok: true, value: directory }
  }
  return findRun(flags, run)
}

async function readShown(directory: string, flags: Flags): Promise<Shown | null> {
  const read = await readJournalOf(directory)
  if (!read.ok) {
    tell(read.fault)
    return null
  }
  const { lines, state } = read.value
  const past = await pastOf(directory, state)
  const proposals = proposalsOf(state, lines, past)
  const file = resolve(flags.config ?? state.run?.manifestFile ?? 'astern.yaml')
  const later = answeredIn(past, state.run?.id ?? '')
  const now: RunState = { ...state, answered: { ...state.answered, ...later } }
  return { file, state: now, proposals, offers: await offersFor(file, proposals) }
}

/** Journals of the same environment, those of errands that answered too: of this home, and beside the run's own. */
async function pastOf(directory: string, { run }: RunState): Promise<readonly (readonly Line[])[]> {
  if (run === null) return []
  const places = new Set([dirname(directory), join(asternHome(process.env), 'runs')])
  const { environment } = run.manifest
  const asked = { environment, except: run.id, errands: learnErrand, isPlayed: run.drill !== undefined }
  const found = await Promise.all([...places].map(place => pastJournals(place, asked)))
  return found.flatMap(({ journals }) => journals.map(({ lines }) => lines))
}

/** As its engine proposed them; of a run that never came so far, or of an older version, from its journal now. */
function proposalsOf(
  { learnt }: RunState,
  lines: readonly Line[],
  past: readonly (readonly Line[])[],
): readonly Proposal[] {
  return (learnt ?? learnFrom(lines, past))?.proposals ?? []
}

function answeringOf({ accept = [], never = [], reason = '' }: Flags): readonly Answering[] {
  return [
    ...accept.map(id => ({ id, answer: 'accept', reason }) as const),
    ...never.map(id => ({ id, answer: 'never', reason }) as const),
  ]
}

function wrongIn(
  answering: readonly Answering[],
  proposals: readonly Proposal[],
  { reason = '' }: Flags,
): string | null {
  for (const { id, answer } of answering) {
    const proposal = proposals.find(one => one.id === id)
    if (proposal === undefined) return `there is no proposal ${id}: astern learn lists them`
    if (answer === 'accept' && proposal.change.kind === 'look')
      return `${id} is for a person: change the file by hand, where ${proposal.path.join('.')} says`
    if (answer === 'never' && reason.trim() === '')
      return `--never ${id} wants --reason: it is not proposed again, and whoever asks why has to read it`
  }
  return null
}
