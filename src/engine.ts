import { openDesk } from './cli/desk.ts'
import { forgetMove, readMove, readOpening } from './cli/opening.ts'
import { copyJournal, type CopyMeans } from './runners/copies/copy.ts'
import type { Desk } from './runners/engine/desk.ts'
import { recoveryEvents, runEngine } from './runners/engine/engine.ts'
import { takeRunLock } from './runners/lock/run-lock.ts'
import { sayReady } from './runners/ready.ts'
import { openRunSocket } from './runners/socket/server.ts'
import type { Fault } from './state/fault.ts'

const version = process.env['ASTERN_VERSION'] ?? '0.0.0'

/** The engine of one run: one process in a session of its own. Its only argument is the run's directory. */
async function main(directory: string): Promise<void> {
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGPIPE'] as const) process.on(signal, () => undefined)
  const lock = await takeRunLock(directory)
  if (!lock.ok) return notReady(lock.fault)
  const opening = await readOpening(directory)
  if (opening.event.purpose.kind === 'drill') return notReady(isOfDrill(opening.run))
  const opened = await openDesk(directory, opening, lock.value.fd)
  if (!opened.ok) return notReady(opened.fault)
  const { desk, journal, before, secrets, close } = opened.value
  await secrets.learn(desk.state().run?.manifest)
  await desk.write([{ kind: 'engine.started', pid: process.pid, version }, ...recoveryEvents(before, desk)])

  const move = await readMove(directory)
  if (move !== null) {
    const { actor, ...moved } = move
    await desk.write([{ kind: 'run.moved', ...moved }], actor)
  }
  await forgetMove(directory)

  const socket = await openRunSocket({
    directory,
    onIntent: (intent, actor, console) => engine.intend(intent, actor, console),
    onLeave: ({ console }) => void engine.left(console),
    lastSeq: () => desk.state().seq,
  })
  journal.onDurable(() => socket.publishDurable(desk.state().seq))
  const engine = runEngine(desk, { signals: socket.publishSignals, failed: socket.publishFailed })
  sayReady(null)
  const copying = copyJournal(copiesOf(desk))
  await engine.done
  await copying.stop()
  await socket.close()
  await close()
  await lock.value.release()
}

function copiesOf({ state, acts, context: { directory, run, holder } }: Desk): CopyMeans {
  return {
    directory,
    run,
    holder,
    hosts: Object.keys(state().run?.manifest.hosts ?? {}),
    isHeld: host => ['ok', 'already'].includes(state().steps[`${host}.lock`]?.status ?? ''),
    copies: acts.copies,
    onTrouble: (host, what) =>
      void process.stderr.write(`${what ?? 'the journal is copied again'} (copy of the journal on ${host})\n`),
  }
}

/** What it would do there is a rollback. */
function isOfDrill(run: string): Fault {
  return {
    code: 'run.drill',
    what: `Run ${run} is a drill, and no rollback`,
    means: 'Nothing was started.',
    next: 'Take up what is played in it: astern. End it: astern drill --halt',
  }
}

function notReady(fault: Fault): void {
  sayReady(fault)
  process.exitCode = 1
}

await main(process.argv[2] ?? '')
