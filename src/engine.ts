import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readOpening } from './cli/opening.ts'
import { writers } from './cli/writers.ts'
import { crashPoint } from './runners/engine/crash.ts'
import type { Desk } from './runners/engine/desk.ts'
import { recoveryEvents, runEngine } from './runners/engine/engine.ts'
import { openJournal } from './runners/journal/journal.ts'
import { takeRunLock } from './runners/lock/run-lock.ts'
import { sayReady } from './runners/ready.ts'
import { openSecrets } from './runners/secrets.ts'
import { openRunSocket } from './runners/socket/server.ts'
import { engineActor } from './state/actors.ts'
import type { Fault } from './state/fault.ts'
import { initialState, reduce } from './state/reduce.ts'
import { openActs } from './targets/acts.ts'

const version = process.env['ASTERN_VERSION'] ?? '0.0.0'

/** The engine of one run: one process in a session of its own. Its only argument is the run's directory. */
async function main(directory: string): Promise<void> {
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGPIPE'] as const) process.on(signal, () => undefined)
  const lock = await takeRunLock(directory)
  if (!lock.ok) return notReady(lock.fault)
  const opening = await readOpening(directory)
  const secrets = openSecrets(process.env)
  const opened = await openJournal({
    directory,
    run: basename(directory),
    actor: engineActor,
    now: () => new Date(),
    mono: () => Math.round(performance.now()),
    boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    hash,
  })
  if (!opened.ok) return notReady(opened.fault)
  const { journal } = opened.value
  let state = journal.lines.reduce(reduce, initialState)
  const before = journal.lines
  journal.onDurable(lines => {
    state = lines.reduce(reduce, state)
  })
  if (state.run === null) await journal.append(opening.event, opening.actor)

  const means = {
    resolve: secrets.resolve,
    now: () => new Date(),
    databaseChild: fileURLToPath(new URL('./sqlite-child.js', import.meta.url)),
  }
  const manifest =
    state.run === null
      ? opening.event.manifest
      : (state as { run: { manifest: typeof opening.event.manifest } }).run.manifest
  const acts = openActs(manifest, means, lock.value.fd)
  const desk: Desk = {
    journal,
    acts,
    context: { run: basename(directory), environment: manifest.environment.name, directory },
    state: () => state,
    write: (events, actor) => journal.appendAll(events, actor),
    now: () => new Date(),
    hash,
    resolve: secrets.resolve,
    mask: secrets.mask,
    crash: crashPoint(process.env['ASTERN_CRASH_AT']),
    writers,
  }
  await journal.append({ kind: 'engine.started', pid: process.pid, version })
  const doubts = recoveryEvents(before, desk)
  if (doubts.length > 0) await journal.appendAll(doubts)

  const socket = await openRunSocket({
    directory,
    onIntent: (intent, actor, console) => engine.intend(intent, actor, console),
    onLeave: ({ console }) => engine.left(console),
    lastSeq: () => state.seq,
  })
  journal.onDurable(() => socket.publishDurable(state.seq))
  const engine = runEngine(desk, signals => socket.publishSignals(signals))
  sayReady(null)
  await engine.done
  await socket.close()
  for (const database of Object.values(acts.databases)) await database.close()
  await journal.close()
  await lock.value.release()
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function notReady(fault: Fault): void {
  sayReady(fault)
  process.exitCode = 1
}

await main(process.argv[2] ?? '')
