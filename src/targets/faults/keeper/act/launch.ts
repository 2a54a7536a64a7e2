import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Fault } from '../../../../state/fault.ts'
import type { FaultMeans } from '../../means.ts'
import type { Kept } from '../kept.ts'
import { noKeeper } from './words.ts'

/**
 * A keeper in a session of its own, so that nothing that ends whoever started it ends it too; on an inherited pipe it says
 * that the fault is there, or why not.
 */
export async function launchKeeper(
  { keeper, env }: Pick<FaultMeans, 'keeper' | 'env'>,
  path: string,
  { injected, task }: Pick<Kept, 'injected' | 'task'>,
): Promise<Fault | null> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', keeper, path], {
    cwd: '/',
    env: { ...process.env, ...wanted(env, task) },
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const pipe = child.stdio[3] as Readable
  try {
    await once(child, 'spawn')
    child.unref()
    for await (const line of createInterface({ input: pipe }))
      return (JSON.parse(line) as { readonly fault: Fault | null }).fault
    return noKeeper(injected, 'ended before it said that it is there')
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
    return noKeeper(injected, 'could not be started')
  } finally {
    pipe.destroy()
  }
}

/** Secrets this process was started with and passes on to nobody else. */
function wanted(env: FaultMeans['env'], task: Kept['task']): FaultMeans['env'] {
  const names = [...JSON.stringify(task).matchAll(/"env:([^"]+)"/g)].map(([, name = '']) => name)
  return Object.fromEntries(names.map(name => [name, env[name]]))
}
