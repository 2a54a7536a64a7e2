import { readFileSync } from 'node:fs'

/** Names one process for good: its number alone passes on to another, and its start is counted from the boot. */
export type ProcessId = { readonly pid: number; readonly start: string; readonly boot: string }

/** Null: there is no such process, or it has ended and nobody has waited for it. */
export function processIdOf(pid: number): ProcessId | null {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state = '', ...rest] = line.slice(line.lastIndexOf(')') + 2).split(' ')
    if (state === 'Z' || state === 'X') return null
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return { pid, start: rest[18] ?? '', boot }
  } catch {
    return null
  }
}

export function isAlive(id: ProcessId): boolean {
  const now = processIdOf(id.pid)
  return now !== null && now.start === id.start && now.boot === id.boot
}
