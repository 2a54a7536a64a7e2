import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '../client/sha256.ts'
import { asternHome } from '../client/home.ts'
import { longestChain, takenInWords, type Copy } from '../runners/copies/longest.ts'
import { lineBytes } from '../state/chain.ts'
import type { Fault, Result } from '../state/fault.ts'
import { openCopies } from '../targets/copies.ts'
import { openEnvironment, targetMeans, type Environment } from './environment.ts'
import { writeWhole } from './files.ts'
import { writeMove, writeOpening } from './opening.ts'
import { whoAmI } from './person.ts'
import { exists } from './files.ts'
import { talk } from './talk.ts'

/**
 * The directory of a run whose bastion is lost, made here from the copies its hosts have. What the
 * lost bastion wrote after them is found by looking, as after any crash.
 */
export async function takeOver(environment: Environment, run: string, reason: string): Promise<Result<string>> {
  const directory = join(asternHome(process.env), 'runs', run)
  if (await exists(directory)) return { ok: false, fault: isHere(run, directory) }
  const recalled = await recallAll(environment, run)
  const taken = longestChain(recalled.found, sha256)
  const opening = taken?.lines[0]
  if (taken === null || opening?.event.kind !== 'run.opened')
    return { ok: false, fault: noCopy(run, recalled.troubles) }
  if (taken.lines.some(({ event }) => event.kind === 'run.closed')) return { ok: false, fault: isOver(run) }
  const took = [takenInWords(taken), ...recalled.troubles].join('; ')
  await mkdir(directory, { recursive: true, mode: 0o2770 })
  await writeWhole(join(directory, 'journal.jsonl'), lineBytes(taken.lines), 0o640)
  await writeOpening(directory, { run, actor: opening.actor, event: opening.event })
  await writeMove(directory, { actor: whoAmI(), reason, took, to: { on: hostname(), directory } })
  talk(`Took ${took}.`)
  talk('What the lost bastion did after that is found by looking, before anything else is done.')
  return { ok: true, value: directory }
}

async function recallAll(
  { manifest, secrets }: Environment,
  run: string,
): Promise<{ readonly found: readonly Copy[]; readonly troubles: readonly string[] }> {
  const { copies, close } = openCopies(manifest, targetMeans(secrets))
  try {
    const spots = Object.keys(manifest.hosts).flatMap(host => copies.spots(host))
    const answers = await Promise.all(spots.map(async spot => ({ spot, answer: await copies.recall(spot, run) })))
    return {
      found: answers.flatMap(({ spot, answer }) => (answer.ok ? [{ spot, pieces: answer.value }] : [])),
      troubles: answers.flatMap(({ spot, answer }) => (answer.ok ? [] : [`${spot}: ${answer.fault.what}`])),
    }
  } finally {
    await close()
  }
}

export async function takeOverFrom(
  flags: Parameters<typeof openEnvironment>[0],
  run: string | undefined,
): Promise<Result<string> | null> {
  const reason = (flags.reason ?? '').trim()
  if (run === undefined || !/^[A-Za-z0-9][\w.-]*$/.test(run) || reason === '') return { ok: false, fault: wantsMore() }
  const environment = await openEnvironment(flags)
  return environment === null ? null : takeOver(environment, run, reason)
}

function wantsMore(): Fault {
  return {
    code: 'takeover.unsaid',
    what: '--from-hosts wants the run’s id and --reason',
    means: 'Nothing was touched. Whoever comes back to the lost bastion has to read why.',
    next: 'astern attach RUN --from-hosts --reason WHY',
  }
}

function isHere(run: string, directory: string): Fault {
  return {
    code: 'run.is-here',
    what: `Run ${run} is in this home: ${directory}`,
    means: 'Its own journal is newer than any copy. Nothing was touched.',
    next: `Go on with it: astern attach ${run}`,
  }
}

function noCopy(run: string, troubles: readonly string[]): Fault {
  const said = troubles.length === 0 ? '' : ` (${troubles.join('; ')})`
  return {
    code: 'copy.none',
    what: `No host has a copy of run ${run}${said}`,
    means: 'It cannot be gone on with from here. Nothing was touched.',
    next: `Begin a new run, which looks at what stands there now: astern rollback --break-lock ${run} --reason WHY`,
  }
}

function isOver(run: string): Fault {
  return {
    code: 'run.over',
    what: `Run ${run} was closed`,
    means: 'There is nothing to go on with. Nothing was touched.',
    next: 'Begin a new run: astern rollback',
  }
}
