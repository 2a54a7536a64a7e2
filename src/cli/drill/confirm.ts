import { createInterface } from 'node:readline/promises'
import type { Flags } from '../flags.ts'
import { talk } from '../talk.ts'

/** Whether somebody typed that name, here or with --confirm, for this to be done. */
export async function isConfirmed(
  name: string,
  { confirm = [] }: Pick<Flags, 'confirm'>,
  what: string,
  done: string,
): Promise<boolean> {
  if (confirm.length > 0 || !process.stdin.isTTY) return confirm.includes(name)
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    talk(what)
    return (await lines.question(`Type ${name} to ${done} (anything else does not): `)).trim() === name
  } finally {
    lines.close()
  }
}
