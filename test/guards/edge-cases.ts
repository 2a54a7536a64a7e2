import { editsOf, type Guard } from './guard.ts'

/** docs/edge-cases.md: for each edge case what handles it, and the test that turns red without. */
export function edgeCases(lists: Readonly<Record<string, readonly Guard[]>>): string {
  const sections = Object.entries(lists).map(([list, guards]) => section(list, guards))
  return [...head, ...sections].join('\n')
}

const head = [
  '<!-- Written from test/guards/ by `vitest run test/guards --update=all`. -->',
  '# Edge cases',
  '',
  'What may happen, where Astern handles it, and the test that turns red when that handling is taken out. `npm run guards` takes each of them out and',
  'watches its test; `npm run guards -- ID` shows one.',
  '',
]

function section(list: string, guards: readonly Guard[]): string {
  const rows = [...new Set(guards.map(({ row }) => row))].flatMap(row =>
    guards.filter(guard => guard.row === row).map((guard, index) => rowOf(index === 0 ? row : '', guard)),
  )
  const title = `## ${list.slice(0, 1).toUpperCase()}${list.slice(1)}`
  return [title, '', '| what may happen | handled in | shown by | guard |', '|---|---|---|---|', ...rows, ''].join('\n')
}

function rowOf(row: string, guard: Guard): string {
  const files = [...new Set(editsOf(guard).map(({ file }) => file))].map(link)
  const shown = guard.name === undefined ? link(guard.test) : `${link(guard.test)}: ${guard.name}`
  const bare = guard.id.slice(guard.id.indexOf('.') + 1)
  return `| ${[row, files.join(', '), shown, `\`${bare}\``].map(cell).join(' | ')} |`
}

function link(file: string): string {
  return `[${file.split('/').slice(-2).join('/')}](../${file})`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
