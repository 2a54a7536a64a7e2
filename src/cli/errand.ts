import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { asternHome } from '../client/home.ts'
import type { Desk } from '../runners/engine/desk.ts'
import { runStep } from '../runners/engine/step.ts'
import { takeRunLock } from '../runners/lock/run-lock.ts'
import { repeatOf } from '../state/channel.ts'
import type { ActCommand } from '../state/command.ts'
import type { RunEvent, RunOutcome } from '../state/event.ts'
import type { Fault, Result } from '../state/fault.ts'
import { houseStep } from '../state/house-steps.ts'
import type { Step } from '../state/plan.ts'
import { openDesk, type OpenFaults } from './desk.ts'
import type { Environment } from './environment.ts'
import type { Opening } from './opening.ts'
import { newRunId, whoAmI } from './person.ts'

/**
 * A change outside a rollback (record, freeze): a run of one kind of step, with a journal of its own, so that it too is
 * written down before it is done. `events` stand before what is done. Returns the first fault, or null.
 */
export async function errand(
  environment: Pick<Environment, 'manifest' | 'file'>,
  what: string,
  commands: readonly ActCommand[],
  events: readonly RunEvent[] = [],
): Promise<Fault | null> {
  const opened = await openErrand(environment, what)
  if (!opened.ok) return opened.fault
  const { desk, end } = opened.value
  if (events.length > 0) await desk.write(events, whoAmI())
  let fault: Fault | null = null
  for (const [index, command] of commands.entries()) {
    const step = stepOf(`${what}.${index + 1}`, command, environment)
    await runStep(desk, step)
    const now = desk.state().steps[step.id]
    fault ??= now?.fault ?? (now?.status === 'unknown' ? inDoubt(step) : null)
  }
  await end(fault === null ? 'reached' : 'short', fault?.what ?? what)
  return fault
}

/** A journal for what is done outside a rollback, open for writing until it is ended. */
export async function openErrand(
  environment: Pick<Environment, 'manifest' | 'file'>,
  what: string,
  faults?: OpenFaults,
): Promise<Result<{ readonly desk: Desk; readonly end: (outcome: RunOutcome, why: string) => Promise<void> }>> {
  const opening = openingOf(environment, what)
  const directory = join(asternHome(process.env), 'runs', opening.run)
  await mkdir(directory, { recursive: true, mode: 0o2770 })
  const lock = await takeRunLock(directory)
  if (!lock.ok) return lock
  const opened = await openDesk(directory, opening, lock.value.fd, faults)
  if (!opened.ok) return opened
  const { desk, close } = opened.value
  const end = async (outcome: RunOutcome, why: string): Promise<void> => {
    await desk.write([{ kind: 'run.closed', outcome, why }])
    await close()
    await lock.value.release()
  }
  return { ok: true, value: { desk, end } }
}

function stepOf(id: string, command: ActCommand, { manifest }: Pick<Environment, 'manifest'>): Step {
  const step = houseStep(id, 6, command)
  const channel = command.kind === 'message.send' ? manifest.notify[command.channel] : undefined
  return channel === undefined ? step : { ...step, repeat: repeatOf(channel), deadlineMs: 60_000 }
}

function inDoubt({ title }: Step): Fault {
  return {
    code: 'step.unknown',
    what: `${title}: nobody answered, so nobody knows whether it was done`,
    means: 'It may have been done.',
    next: 'Look whether it was, and do it again if not.',
  }
}

function openingOf({ manifest, file }: Pick<Environment, 'manifest' | 'file'>, what: string): Opening {
  const { name, class: environmentClass } = manifest.environment
  const event = {
    kind: 'run.opened',
    purpose: { kind: 'errand', what },
    environment: name,
    class: environmentClass,
    manifest,
    manifestFile: file,
    options: { version: null, emergency: false, preserveData: false, services: [] },
    confirmed: { names: [], planHash: null },
    headless: true,
    version: process.env['ASTERN_VERSION'] ?? '0.0.0',
  } as const
  return { run: newRunId(new Date()), actor: whoAmI(), event }
}
