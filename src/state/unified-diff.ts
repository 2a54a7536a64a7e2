const around = 3

/** Two texts that differ in one place, as `diff -u` prints it; nothing where they are the same. Lines without their breaks. */
export function unifiedDiff(file: string, before: string, after: string): readonly string[] {
  if (before === after) return []
  const [old, now] = [linesOf(before), linesOf(after)]
  let head = 0
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1
  let tail = 0
  const most = Math.min(old.length, now.length) - head
  while (tail < most && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1
  const from = Math.max(0, head - around)
  const [oldEnd, nowEnd] = [old.length - tail, now.length - tail]
  const context = old.slice(oldEnd, oldEnd + around)
  const hunk = (end: number): string => `${from + 1},${end + context.length - from}`
  return [
    `--- ${file}`,
    `+++ ${file}`,
    `@@ -${hunk(oldEnd)} +${hunk(nowEnd)} @@`,
    ...old.slice(from, head).map(line => ` ${line}`),
    ...old.slice(head, oldEnd).map(line => `-${line}`),
    ...now.slice(head, nowEnd).map(line => `+${line}`),
    ...context.map(line => ` ${line}`),
  ]
}

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n').map(line => line.replace(/\r$/, ''))
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}
