import { oneLine } from '../../state/text.ts'

/** The last lines of a log that read like errors, repeated ones folded to where they came last, newest last. */
export function errorLines(log: string, lines: number): readonly string[] {
  const found = new Map<string, { readonly line: string; readonly times: number }>()
  for (const raw of log.split('\n')) {
    if (!/error|fatal|exception|panic/i.test(raw) || /^\s+at /.test(raw)) continue
    const line = oneLine(raw)
    const key = untimed(line)
    const times = (found.get(key)?.times ?? 0) + 1
    found.delete(key)
    found.set(key, { line, times })
  }
  return [...found.values()].slice(-lines).map(({ line, times }) => (times === 1 ? line : `${line} (${times} times)`))
}

/** Two lines that differ in when they were written, and not in what they say, are one. */
function untimed(line: string): string {
  return line.replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?|\b\d{13}\b/g, '')
}
