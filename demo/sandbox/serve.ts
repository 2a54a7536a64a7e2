import { renameSync, rmSync, writeFileSync, writeSync, closeSync } from 'node:fs'
import { join } from 'node:path'
import type { SandboxKind, Standing } from '../../src/cli/drill/sandbox/standing.ts'
import { openControl } from './control.ts'
import { drillsOf, type Drills } from './drills.ts'
import { clearAway } from './leftovers.ts'
import { openSandbox } from './open.ts'
import { endRun } from './releases.ts'
import { environment, type Sandbox } from './state.ts'

/** Longer than any drill may last. */
const longestMs = 5 * 3_600_000

/** Stands until it is told to end, until the drill it follows is over, or until its own deadline. */
export async function serve(kind: SandboxKind, home: string): Promise<void> {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end())
  const pointer = join(home, 'sandbox.json')
  let stands: Stands
  try {
    await clearAway(pointer, kind)
    stands = await stand(kind, home, end)
  } catch (error) {
    sayReady({ ready: false, why: error instanceof Error ? error.message : String(error) })
    process.exitCode = 1
    return
  }
  const { standing, close } = stands
  const timer = setTimeout(end, longestMs)
  writeFileSync(`${pointer}.new`, `${JSON.stringify(standing)}\n`, { mode: 0o600 })
  renameSync(`${pointer}.new`, pointer)
  sayReady({ ready: true, ...standing })
  await ended
  clearTimeout(timer)
  await close()
  rmSync(pointer, { force: true })
}

type Stands = { readonly standing: Standing; readonly close: () => Promise<void> }

/** One that can be told what to do; where it cannot, nothing of it is left. */
async function stand(kind: SandboxKind, home: string, end: () => void): Promise<Stands> {
  const sandbox = await openSandbox(kind, home)
  const standing = standingOf(kind, sandbox)
  const drills = drillsOf(home, standing.manifest)
  const over = new AbortController()
  try {
    const control = await openControl(sandbox, {
      state: () => stateOf(sandbox, standing, drills),
      endWithDrill: () => void drills.untilOneIsOver(over.signal).then(end),
      end,
    })
    return {
      standing,
      close: async () => {
        over.abort()
        await control.close()
        // A run that does not end in good order ends with what it stands on.
        await endRun(sandbox).catch(() => undefined)
        await sandbox.close()
      },
    }
  } catch (error) {
    await sandbox.close()
    throw error
  }
}

function standingOf(kind: SandboxKind, { shop, socket }: Sandbox): Standing {
  const since = new Date()
  return {
    pid: process.pid,
    kind,
    environment,
    root: shop.root,
    manifest: shop.manifestFile,
    socket,
    since: since.toISOString(),
    deadline: new Date(since.getTime() + longestMs).toISOString(),
  }
}

async function stateOf({ shop, hosting }: Sandbox, standing: Standing, drills: Drills): Promise<object> {
  const [held, open] = await Promise.all([hosting.holder(), drills.open()])
  const busy = held?.run ?? open[0] ?? null
  return { ...standing, busy, orders: { acknowledged: shop.placed().length, refused: shop.refused() } }
}

/** On the pipe that whoever started it waits at. */
function sayReady(said: object): void {
  try {
    writeSync(3, `${JSON.stringify(said)}\n`)
    closeSync(3)
  } catch {
    // Nobody waits any more, or nobody ever did.
  }
}
