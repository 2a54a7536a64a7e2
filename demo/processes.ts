import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'

/** Processes that hold a lock file, by /proc/locks and its inode. */
export function holdersOf(lock: string): readonly number[] {
  const inode = statSync(lock, { throwIfNoEntry: false })?.ino
  if (inode === undefined) return []
  const lines = readFileSync('/proc/locks', 'utf8').split('\n')
  return lines.flatMap(line => {
    const [, kind, , , pid, where] = line.trim().split(/\s+/)
    return kind === 'FLOCK' && where?.split(':')[2] === String(inode) ? [Number(pid)] : []
  })
}

export function isHeld(lock: string): boolean {
  return holdersOf(lock).length > 0
}

/** Waits for something to be so; half a minute is a fault. */
export async function until(is: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 30_000
  while (!(await is())) {
    if (performance.now() > deadline) throw new Error(`waited half a minute in vain until ${what}`)
    await new Promise(resolve => setTimeout(resolve, 25))
  }
}

/**
 * Ends every process that works below a directory, by whomever it was started: asked first, then killed. Over when two
 * looks in a row find none, because a process in the middle of an exec is seen in neither place for a moment.
 */
export async function endAllBelow(root: string): Promise<void> {
  const began = performance.now()
  for (let quiet = 0; quiet < 2; ) {
    const found = processesBelow(root)
    const signal = performance.now() - began < 3000 ? 'SIGTERM' : 'SIGKILL'
    for (const pid of found) end(pid, signal)
    quiet = found.length === 0 ? quiet + 1 : 0
    if (performance.now() - began > 20_000) throw new Error(`these processes do not end: ${found.join(', ')}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

export function processesBelow(root: string): readonly number[] {
  const pids = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
  return pids.filter(pid => pid !== process.pid && pid !== process.ppid && worksBelow(pid, root))
}

function worksBelow(pid: number, root: string): boolean {
  try {
    if (readlinkSync(`/proc/${pid}/cwd`).startsWith(`${root}/`)) return true
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return argv.some(arg => arg.startsWith(`${root}/`))
  } catch {
    return false
  }
}

function end(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone in between.
  }
}
