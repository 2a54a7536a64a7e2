import { ShellCompDirective } from '@bomb.sh/tab'
import type { Command } from 'commander'
import { exitCode } from '../exit-codes.ts'
import { answer } from '../talk.ts'
import { wordsOf } from './values.ts'
import { wantedAfter, type Values, type Word } from './wanted.ts'

/**
 * What a shell asks with each press of tab, in the form its script reads: a line for each word, what it is behind a tab, and a
 * number at the end. Whoever is typing is told of no error: there is nothing to offer then.
 */
export async function complete(program: Command, typed: readonly string[]): Promise<number> {
  const { words, values } = await offered(program, typed).catch(() => ({ words: [], values: null }))
  for (const { value, description } of words) answer(description === '' ? value : `${value}\t${description}`)
  answer(`:${directiveFor(values)}`)
  return exitCode.reached
}

async function offered(
  program: Command,
  typed: readonly string[],
): Promise<{ readonly words: readonly Word[]; readonly values: Values | null }> {
  const { words, values, begins } = wantedAfter(program, typed)
  return { words: [...words, ...(await wordsOf(values, begins))], values }
}

/** A scenario is one that Astern brings along, or a file. */
function directiveFor(values: Values | null): number {
  const { ShellCompDirectiveKeepOrder: inOrder, ShellCompDirectiveNoFileComp: noFiles } = ShellCompDirective
  return values === 'files' || values === 'scenarios' ? inOrder : inOrder | noFiles
}
