import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { openSession, type Session } from '../../src/client/session.ts'
import { checklist, type Item } from '../../src/state/checklist.ts'
import { injectStep } from '../../src/state/drill/play/steps.ts'
import { scenarioOf } from '../../src/state/drill/play/due.ts'
import type { Score } from '../../src/state/drill/score/score.ts'
import type { Choice } from '../../src/state/event.ts'
import { gateOf } from '../../src/state/gates.ts'
import type { Ask } from '../../src/state/intent.ts'
import type { Gate, RunState } from '../../src/state/run-state.ts'
import { phaseOf } from '../../src/state/selectors.ts'
import { openProgram, type Terminal } from './terminal.ts'
import type { SandboxStage } from './sandbox-stage.ts'
import { cli, stateOf, until, type Ran } from './support.ts'

/** What whoever plays a scenario does in it. */
export type Script = {
  readonly choice: Choice
  /** Of `astern rollback`. */
  readonly options?: readonly string[]
  /** By inject; an event that has none stays without an answer. */
  readonly answers: Readonly<Record<string, string>>
  /** Taken once they are due. */
  readonly hints?: readonly number[]
  /** Items of the checklist that are signed off, and why; a text: whatever is red. */
  readonly signs?: Readonly<Record<string, string>> | string
  /** At a step that failed or is in doubt. */
  readonly trouble?: (at: Trouble) => Promise<Ask>
  /** The console it was opened from is hung up on before the checks are accepted. */
  readonly losesLink?: true
  /** Why the checks are accepted although one of them fails; left out: they pass. */
  readonly overrides?: string
}

export type Trouble = {
  readonly gate: Extract<Gate, { readonly step: string }>
  readonly run: RunState
  readonly stage: SandboxStage
}

export type Played = {
  /** Gates of steps that failed or were in doubt, as the operator met them. */
  readonly troubles: readonly string[]
  readonly drill: RunState
  readonly run: RunState
  readonly score: Score
  readonly conducted: Ran
  readonly debrief: string
}

const patience = 120_000

/** Plays a scenario in a sandbox, from a console of its own, with what a person would do sent as intents. */
export async function playScenario(stage: SandboxStage, id: string, script: Script): Promise<Played> {
  const before = new Set(runsIn(stage))
  const args = ['drill', id, '--sandbox', '--headless', '--confirm', 'shop-sandbox']
  const conducting = stage.astern(args)
  const over = conducting.then(({ code, stderr }) => {
    throw new Error(`the drill ended with ${code} before it was played: ${stderr}`)
  })
  over.catch(() => undefined)
  const drill = await Promise.race([newRun(stage, before, 'drill'), over])
  await Promise.race([until(() => isPut(stateOf(drill), 0), `what ${id} begins with is put there`, patience), over])
  const opened = new Set(runsIn(stage))
  const console = openConsole(stage, ['rollback', '--plain', ...(script.options ?? [])])
  try {
    const run = await Promise.race([newRun(stage, opened, 'rollback'), over])
    const troubles = await operate(stage, { drill, run, console }, script)
    const conducted = await conducting
    const { stdout } = await stage.astern(['drill', '--debrief', basename(drill), '--format', 'json'])
    const debrief = (await stage.astern(['drill', '--debrief', basename(drill)])).stdout
    const { score } = JSON.parse(stdout) as { readonly score: Score }
    return { troubles, drill: stateOf(drill), run: stateOf(run), score, conducted, debrief }
  } catch (error) {
    await stage.astern(['drill', '--halt', '--reason', 'the test has failed'])
    throw error
  } finally {
    console.kill('SIGKILL')
  }
}

function openConsole({ home, where, standing }: SandboxStage, args: readonly string[]): Terminal {
  const argv = [...where.prefix, process.execPath, cli, ...args, '--config', standing.manifest]
  return openProgram(argv[0] ?? '', argv.slice(1), { ...where.env, ASTERN_HOME: home })
}

function runsIn({ home }: SandboxStage): readonly string[] {
  return readdirSync(join(home, 'runs')).map(run => join(home, 'runs', run))
}

function newRun(stage: SandboxStage, before: ReadonlySet<string>, kind: 'drill' | 'rollback'): Promise<string> {
  return until(
    () => runsIn(stage).find(run => !before.has(run) && stateOf(run).run?.purpose.kind === kind),
    `a ${kind} is opened`,
    patience,
  )
}

/** Whatever the scenario has for that phase has happened: faults are put there, events are said. 0: before any. */
function isPut(drill: RunState, phase: number): boolean {
  const due = (scenarioOf(drill)?.injects ?? []).filter(({ when }) =>
    when.kind === 'time' ? when.afterMs === 0 : when.phase <= phase && when.step === null,
  )
  return due.every(inject =>
    inject.fault === 'event'
      ? drill.drill?.said[inject.id] !== undefined
      : ['ok', 'already'].includes(drill.steps[injectStep(inject).id]?.status ?? ''),
  )
}

type Stands = { readonly drill: string; readonly run: string; readonly console: Terminal }

async function operate(
  stage: SandboxStage,
  { drill, run, console }: Stands,
  script: Script,
): Promise<readonly string[]> {
  const troubles: string[] = []
  const me = { name: 'ana', console: 'ana', from: 'test' }
  const session = openSession({ directory: run, me, wants: 'helm', now: () => new Date() })
  const { getState } = session.store
  const state = (): RunState => getState().run
  try {
    await until(() => getState().connection.engine === 'live', 'the console is connected', patience)
    await session.send({ kind: 'take the helm', reason: 'the operator’s own' }, null)
    await until(() => state().helm.holder?.console === 'ana', 'the helm is taken', patience)
    while (state().closed === null) {
      const gate = await until(() => gateOf(state()) ?? state().closed !== null, 'a gate, or the end', patience)
      if (gate === true) break
      await until(
        () => isPut(stateOf(drill), phaseAt(gate, state())),
        `what is due at ${gate.kind} has happened`,
        patience,
      )
      await talk(session, drill, script)
      if (gate.kind === 'validate' && script.losesLink === true)
        await until(() => console.exitCode() !== null, 'the console is hung up on', patience)
      if (gate.kind === 'failure' || gate.kind === 'unknown') troubles.push(`${gate.kind} ${gate.step}`)
      const { seq, intents } = state()
      const ask = await answerTo(gate, state(), stage, script)
      const refusal = ask === null ? null : await session.send(ask, ask.kind === 'sign off' ? null : gate.id)
      // The run has moved on by itself: what was in doubt was looked at meanwhile.
      if (refusal !== null && refusal.code !== 'stale' && refusal.code !== 'gate')
        throw new Error(`${gate.kind}: ${refusal.reason}`)
      const isTaken = ask !== null && refusal === null
      const movesOn = (): boolean => (isTaken ? state().intents.length > intents.length : state().seq > seq)
      await until(() => movesOn() || state().closed !== null, `the run moves on after ${gate.kind}`, patience)
    }
    return troubles
  } finally {
    session.close()
  }
}

function phaseAt(gate: Gate, run: RunState): number {
  if (gate.kind === 'decide') return 1
  return gate.kind === 'approve' ? 2 : phaseOf(run)
}

/** Answers whoever asked, and takes the hints that are to be taken. */
async function talk(session: Session, drill: string, { answers, hints = [] }: Script): Promise<void> {
  const { said = {}, hints: taken = [] } = stateOf(drill).drill ?? {}
  for (const [inject, { wantsAnswer, answered }] of Object.entries(said)) {
    const text = answers[inject]
    if (wantsAnswer && answered === null && text !== undefined)
      await session.send({ kind: 'answer event', inject, text }, null)
  }
  for (const hint of hints.filter(one => !taken.some(({ hint: known }) => known === one)))
    await session.send({ kind: 'take a hint', hint }, null)
}

/** Null: it comes by itself. */
async function answerTo(gate: Gate, run: RunState, stage: SandboxStage, script: Script): Promise<Ask | null> {
  switch (gate.kind) {
    case 'decide':
      return decideFor(run, script)
    case 'approve': {
      const { plan } = run.plan ?? {}
      if (plan === undefined) throw new Error('no plan')
      if (plan.blockers.length > 0) throw new Error(`the plan is blocked: ${plan.blockers.join('; ')}`)
      const typed = [plan.typed.environment, ...plan.typed.databases]
      return { kind: 'approve', hash: gate.hash, typed, unattendedUntil: null }
    }
    case 'failure':
    case 'unknown':
      if (script.trouble === undefined)
        throw new Error(
          `${gate.kind} at ${gate.step}: ${run.steps[gate.step]?.fault?.what ?? run.steps[gate.step]?.says}`,
        )
      return script.trouble({ gate, run, stage })
    case 'held':
      return { kind: 'resume' }
    case 'validate':
      return { kind: 'accept validation', reason: script.overrides ?? null }
    case 'follow up':
      return followUp(run, script)
    case 'plan failed':
    case 'second person':
    case 'nobody at the helm':
      throw new Error(`${gate.kind}: ${run.planFault?.what ?? ''}`)
  }
}

function decideFor({ proposed }: RunState, { choice }: Script): Ask {
  const severity = proposed?.severity ?? 'SEV-2'
  const reason = `by the checks: ${proposed?.why ?? 'as asked for'}`
  return {
    kind: 'decide',
    decision: {
      severity,
      choice,
      reason,
      scope: proposed?.scope ?? '',
      impact: 'customers cannot order',
      turnBackAt: null,
    },
  }
}

function followUp(run: RunState, { choice, signs = {} }: Script): Ask | null {
  if (run.lessons === null)
    return {
      kind: 'add lessons',
      lessons: 'Look at what users do, first.',
      owner: 'ana',
      reviewAt: '2027-01-11T10:00:00.000Z',
    }
  const items = checklist(run)
  if (choice !== 'roll back') return notRolledBack(items, typeof signs === 'string' ? signs : (signs['told'] ?? ''))
  const red = items.find(({ state }) => state === 'red')
  if (red !== undefined) {
    const reason = typeof signs === 'string' ? signs : signs[red.id]
    if (reason === undefined) throw new Error(`${red.title} is red: ${red.evidence}`)
    return { kind: 'sign off', item: red.id, reason }
  }
  return items.some(({ state }) => state === 'open') ? null : { kind: 'close' }
}

/** What was not rolled back, no channel is told of by itself; the rest of the list is about a rollback. */
function notRolledBack(items: readonly Item[], told: string): Ask | null {
  const open = items.find(({ id }) => id === 'told')?.state === 'open'
  return open ? { kind: 'sign off', item: 'told', reason: told } : { kind: 'close' }
}

/** Of the journal of a drill: each fault with whether it was put there, and taken back. */
export function faultsIn(drill: RunState): Readonly<Record<string, readonly [string, string]>> {
  const injects = (scenarioOf(drill)?.injects ?? []).filter(({ fault }) => fault !== 'event')
  return Object.fromEntries(
    injects.map(({ id }) => [id, [statusOf(drill, `inject.${id}`), statusOf(drill, `undo.${id}`)] as const]),
  )
}

function statusOf({ steps }: RunState, id: string): string {
  const status = steps[id]?.status ?? 'waiting'
  return status === 'already' ? 'ok' : status
}
