/** The terminal was slow where writing to it waited this long, in all, within this time. */
const waitedMs = 1000
const withinMs = 10_000

type Waited = { readonly at: number; readonly ms: number }

/** Judges a link by how long each write to it took; the kernel takes some sixteen thousand bytes before the first one waits. */
export function linkJudge(): (waited: Waited) => boolean {
  let recent: readonly Waited[] = []
  return waited => {
    recent = [...recent.filter(({ at }) => at > waited.at - withinMs), waited].filter(({ ms }) => ms >= 1)
    return recent.reduce((sum, { ms }) => sum + ms, 0) >= waitedMs
  }
}

/** Calls back once, the first time the terminal takes what is written too slowly. Returns how to stop looking. */
export function watchLink(stdout: NodeJS.WriteStream, onSlow: () => void): () => void {
  const before = Object.getOwnPropertyDescriptor(stdout, 'write')
  const write = stdout.write.bind(stdout) as (...given: unknown[]) => boolean
  const isSlow = linkJudge()
  let told = false
  const timed = (...given: unknown[]): boolean => {
    const began = performance.now()
    const taken = write(...given)
    const at = performance.now()
    if (!told && isSlow({ at, ms: at - began })) {
      told = true
      // Not from within a write: what it changes is drawn, and that is written.
      setImmediate(onSlow)
    }
    return taken
  }
  stdout.write = timed
  return () => {
    if (before === undefined) Reflect.deleteProperty(stdout, 'write')
    else Object.defineProperty(stdout, 'write', before)
  }
}
