import { Argument, Command, Option } from 'commander'
import { describe, expect, test } from 'vitest'
import { wantedAfter, type Wanted } from '../../../src/cli/completion/wanted.ts'

const words = (line: string): readonly string[] => after(line).words.map(({ value }) => value)
const after = (line: string): Wanted => wantedAfter(program(), line.split(' '))

describe('what may stand where the cursor is', () => {
  test('commands, each with what it does, without those that nobody types', () => {
    expect(after('')).toEqual({
      words: [
        { value: 'report', description: 'the document of a run' },
        { value: 'record', description: 'what runs now' },
        { value: 'drill', description: 'a game day' },
        { value: 'completion', description: 'a script' },
      ],
      values: null,
      begins: '',
    })
    expect([words('re'), words('--config a.yaml re'), words('--config=a.yaml re')]).toEqual(
      Array(3).fill(['report', 'record']),
    )
  })

  test('options of the command, only the repeatable ones twice', () => {
    expect(words('report --')).toEqual(['--format', '--config', '--service', '--no-color', '--help'])
    expect(words('report --config a --format=json --no-color --service api --')).toEqual(['--service', '--help'])
    expect(words('--no')).toEqual(['--no-color'])
  })

  test('choices of an option, behind a space or a =', () => {
    expect(after('report --format ')).toEqual({
      words: [
        { value: 'markdown', description: '' },
        { value: 'html', description: '' },
      ],
      values: null,
      begins: '',
    })
    expect([words('report --format m'), words('report --format=m'), words('report 1118-a --format=m')]).toEqual(
      Array(3).fill(['markdown']),
    )
    expect([words('completion '), words('completion z')]).toEqual([['bash', 'zsh'], ['zsh']])
  })

  test('a run where one is to be named, also behind options and their values', () => {
    const run: Wanted = { words: [], values: 'runs', begins: '11' }
    expect(
      [
        'report 11',
        'report --format html 11',
        'report --format=html 11',
        '--config=a.yaml report 11',
        'report --no-color 11',
        'record --break-lock 11',
        'record --break-lock=11',
      ].map(after),
    ).toEqual(Array(7).fill(run))
  })

  test('a scenario of a drill, or a drill that was opened', () => {
    expect(['drill ', 'drill --debrief ', 'drill --halt --config a '].map(line => after(line).values)).toEqual([
      'scenarios',
      'drills',
      'drills',
    ])
  })

  test('files for what is called one', () => {
    expect(['--config ', 'report --config=', 'drill --config a'].map(line => after(line).values)).toEqual(
      Array(3).fill('files'),
    )
  })

  test('and nothing where only the operator knows, or all is said', () => {
    const nothing: Wanted = { words: [], values: null, begins: '' }
    expect(
      ['report --service ', 'report 1118-a ', 'record ', 'nothing of ours ', '--bogus ', 'report --bogus '].map(after),
    ).toEqual(Array(6).fill(nothing))
  })
})

test('asking the library leaves the output as it was', () => {
  const { log } = console
  after('re')
  expect(console.log).toBe(log)
})

function program(): Command {
  const astern = common(new Command('astern')).action(() => undefined)
  common(
    astern
      .command('report [run]')
      .description('the document of a run')
      .addOption(new Option('--format <format>', 'what to print').choices(['markdown', 'html']).default('markdown')),
  )
  astern.command('record').description('what runs now').option('--break-lock <run>', 'its lock')
  common(astern.command('drill [scenario]').description('a game day'))
    .option('--debrief', 'its document')
    .option('--halt', 'end it')
  astern
    .command('completion')
    .description('a script')
    .addArgument(new Argument('<shell>', 'which').choices(['bash', 'zsh']))
  astern.command('complete [words...]', { hidden: true })
  return astern
}

function common(command: Command): Command {
  return command
    .option('--config <file>', 'the environment')
    .option('--service <service>', 'only this one', (value, before: string[]) => [...before, value], [])
    .option('--no-color', 'no colour')
}
