import { oneLine, plain } from '../../state/text.ts'

const mostLines = 2000

/** What a program wrote, as evidence: without control sequences and empty lines, the last of it where it is long. */
export function outputLines(text: string): readonly string[] {
  const lines = plain(text)
    .split('\n')
    .filter(line => line.trim() !== '')
  return lines.length <= mostLines ? lines : ['(what came before is left out)', ...lines.slice(-mostLines)]
}

export function lastOf(lines: readonly string[]): string {
  return oneLine(lines.slice(-4).join(' | '), 400)
}
