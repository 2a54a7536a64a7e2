import { RootCommand, type Command as Known } from '@bomb.sh/tab'
import type { Command, Option } from 'commander'

export type Word = { readonly value: string; readonly description: string }

/** What can be told only by looking. */
export type Values = 'runs' | 'drills' | 'scenarios' | 'files'

/** What may stand where the cursor is: these words, and those to be looked for, where they begin with what was typed of it. */
export type Wanted = { readonly words: readonly Word[]; readonly values: Values | null; readonly begins: string }

/** By what the description of an argument or of an option calls its value. */
const valuesByName: Readonly<Record<string, Values>> = { run: 'runs', scenario: 'scenarios', file: 'files' }

/** With these, what stands in a scenario's place is a drill that was opened. */
const ofOpened = ['--debrief', '--facilitate', '--halt']

/** `typed`: the words after the program's name; the last one is the one at the cursor. */
export function wantedAfter(program: Command, typed: readonly string[]): Wanted {
  const last = typed.at(-1) ?? ''
  const before = typed.slice(0, -1)
  const given = new Set(before.filter(word => word.startsWith('--')).map(word => word.split('=', 1)[0]))
  const help = program.createHelp()
  const once = new Set<string>()
  let values: Values | null = null
  const look = (name: string): void => {
    const found = valuesByName[name] ?? null
    values = found === 'scenarios' && ofOpened.some(option => given.has(option)) ? 'drills' : found
  }
  const root = new RootCommand()
  const describe = (known: Known, command: Command): void => {
    for (const option of help.visibleOptions(command)) {
      const name = option.long?.slice(2)
      if (name === undefined) continue
      if (!isRepeatable(option)) once.add(`--${name}`)
      if (!option.required && !option.optional) known.option(name, option.description)
      else
        known.option(name, option.description, offer => {
          for (const choice of option.argChoices ?? []) offer(choice, '')
          look(valueName(option))
        })
    }
    for (const argument of command.registeredArguments)
      known.argument(argument.name(), offer => {
        for (const choice of argument.argChoices ?? []) offer(choice, '')
        look(argument.name())
      })
  }
  describe(root, program)
  for (const command of help.visibleCommands(program))
    describe(root.command(command.name(), command.description()), command)

  // What has its value behind a = is whole; the library would take the word after it for that value.
  const found = inSilence(root, [...before.filter(word => !/^--[^=]+=/.test(word)), last])
  const begins = /^--[^=]+=(.*)$/s.exec(last)?.[1] ?? last
  const words = found
    .filter(({ value }) => value.startsWith(begins) && !(once.has(value) && given.has(value)))
    .map(({ value, description }) => ({ value, description: description ?? '' }))
  return { words, values, begins }
}

/** The library prints what it finds, without a word on order or files; that is said elsewhere. */
function inSilence(root: RootCommand, words: string[]): RootCommand['completions'] {
  const { log } = console
  console.log = () => undefined
  try {
    root.parse(words)
  } finally {
    console.log = log
  }
  return root.completions
}

function isRepeatable({ variadic, defaultValue }: Option): boolean {
  return variadic || Array.isArray(defaultValue)
}

function valueName({ flags }: Option): string {
  return /[<[](\w+)[>\]]$/.exec(flags)?.[1] ?? ''
}
