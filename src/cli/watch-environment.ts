import { asternHome } from '../client/home.ts'
import { nextRunIn } from '../client/open-runs.ts'
import { watchTargets } from '../runners/watching/watch.ts'
import type { Lock } from '../state/facts.ts'
import { withoutRun } from '../state/no-run.ts'
import { openStore, withSignals, type ConsoleStore } from '../state/store.ts'
import { openWatches } from '../targets/watches.ts'
import { targetMeans, type Environment } from './environment.ts'
import { exitCode, signalCode } from './exit-codes.ts'
import { liveRun } from './live-run.ts'
import type { Flags } from './flags.ts'
import { printHealth } from './health-lines.ts'
import { newConsoleId, whoAmI } from './person.ts'
import { modeHere } from './mode.ts'
import { screenOptions } from './screen-options.ts'
import { exists } from './files.ts'
import { talk } from './talk.ts'

/** Shows the live health of an environment in which no run is open, until one is (its directory), or it is left (what to exit with). */
export async function watchEnvironment(environment: Environment, flags: Flags): Promise<string | number> {
  const { manifest, secrets } = environment
  await secrets.learn(manifest)
  const store = openHealth(environment)
  const watches = openWatches(manifest, targetMeans(secrets))
  const watching = watchTargets({
    manifest,
    looks: watches,
    now: () => new Date(),
    mask: secrets.mask,
    onSignals: signals => store.setState(state => withSignals(state, secrets.mask(signals))),
    onBlocked: () => undefined,
    // A look that goes wrong is tried again; its words would be written over the screen.
    onTrouble: () => undefined,
  })
  const clock = setInterval(() => store.setState({ now: new Date().toISOString() }), 1000)
  const ending = new AbortController()
  const { says, opened } = awaitRun(environment, ending.signal)
  const shown = await show(store, says, flags)
  try {
    return await Promise.race([opened, shown.done])
  } finally {
    ending.abort()
    clearInterval(clock)
    shown.unmount()
    await shown.done
    await watching.stop()
    await watches.close()
  }
}

function openHealth({ manifest, file }: Environment): ConsoleStore {
  const me = whoAmI()
  const now = new Date().toISOString()
  const store = openStore({ name: me.name, console: newConsoleId(), role: 'watch', epoch: 0 }, now)
  store.setState({
    run: withoutRun(manifest, file, now, me),
    connection: { engine: 'live', lastHeardAt: now },
  })
  return store
}

/** A run opened in this home, or one that the targets say is live and that can be read from here. */
function awaitRun(environment: Environment, signal: AbortSignal) {
  const { name } = environment.manifest.environment
  let elsewhere: Lock | null = null
  const here = Promise.withResolvers<string>()
  const look = async (): Promise<void> => {
    const lock = await liveRun(environment)
    if (lock === null || signal.aborted) return
    if (await exists(lock.directory)) here.resolve(lock.directory)
    else elsewhere = lock
  }
  // Whoever holds the environment is asked of hosts that may give no answer: its health is shown meanwhile.
  void look().catch(() => undefined)
  void nextRunIn(asternHome(process.env), name, signal).then(directory => {
    if (directory !== null) here.resolve(directory)
  })
  const says = (): string =>
    elsewhere === null
      ? `No run is open in ${name}. One that is opened in this home is shown at once.`
      : `Run ${elsewhere.run} of ${elsewhere.who} holds ${name} since ${elsewhere.since.slice(0, 16)}, in another place: ${elsewhere.directory}`
  return { says, opened: here.promise }
}

async function show(store: ConsoleStore, says: () => string, flags: Flags) {
  const { kind, why } = modeHere(flags, 'watch')
  if (why !== null) talk(why)
  if (kind !== 'screen') return printHealth(store, says, flags)
  const { showHealth } = await import('../ui/health/show.tsx')
  const options = screenOptions(flags)
  const shown = showHealth({
    store,
    says,
    leave: () => shown.unmount(),
    options,
    stdin: process.stdin,
    stdout: process.stdout,
  })
  return { ...shown, done: shown.done.then(ended) }
}

function ended(signal: NodeJS.Signals | null): number {
  talk('No run was open. Nothing was touched.')
  return signal === null ? exitCode.reached : signalCode(signal)
}
