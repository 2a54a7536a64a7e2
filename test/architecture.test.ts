import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** The table of rooms: who may import whom, and which packages. Nothing else. */
const rooms: Record<string, { readonly rooms: readonly string[]; readonly packages: readonly string[] }> = {
  state: { rooms: [], packages: [] },
  'state/store.ts': { rooms: ['state'], packages: ['zustand'] },
  'state/json-path.ts': { rooms: ['state'], packages: ['json-p3'] },
  manifest: { rooms: ['state', 'state/json-path.ts'], packages: ['yaml', 'zod', 'node:'] },
  targets: {
    rooms: ['state', 'state/json-path.ts'],
    packages: ['dockerode', 'dt-sql-parser', 'execa', 'mysql2', 'nodemailer', 'tar-stream', 'tough-cookie', 'node:'],
  },
  runners: { rooms: ['state', 'state/json-path.ts', 'targets'], packages: ['execa', 'node:'] },
  client: { rooms: ['state', 'state/store.ts'], packages: ['node:'] },
  reports: { rooms: ['state'], packages: ['ical-generator', 'node:'] },
  ui: {
    rooms: ['state', 'state/store.ts', 'client'],
    packages: ['ink', 'react', 'zustand', 'node:'],
  },
  cli: {
    rooms: ['state', 'state/store.ts', 'manifest', 'targets', 'runners', 'client', 'reports', 'ui', 'cli'],
    packages: ['@bomb.sh/tab', 'commander', 'node:'],
  },
}

/** `later`: loaded when it is asked for. */
type Import = { readonly from: string; readonly to: string; readonly typeOnly: boolean; readonly later: boolean }

describe('the house', () => {
  test('has only the arrows of the table', () => {
    expect(
      imports()
        .filter(arrow => !isAllowed(arrow))
        .map(({ from, to }) => `${from} -> ${to}`),
    ).toEqual([])
  })

  test('has no import cycle', () => {
    expect(cycles(imports())).toEqual([])
  })

  test('keeps every file under 350 lines, and half of them under 80', () => {
    const lengths = sources().map(file => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length }))
    expect(lengths.filter(({ lines }) => lines > 350)).toEqual([])
    const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b)
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(80)
  })

  test('makes permits in the journal and nowhere else', () => {
    const makers = imports()
      .filter(({ to }) => to === 'src/runners/journal/permit.ts')
      .map(({ from }) => from)
    expect(makers.filter(file => !file.startsWith('src/runners/journal/'))).toEqual([])
    const casts = sources().filter(file => /\bas Permit\b/.test(readFileSync(join(root, file), 'utf8')))
    expect(casts).toEqual(['src/runners/journal/permit.ts'])
  })

  test('lets nothing that only looks reach a write adapter', () => {
    const acts = (file: string): boolean =>
      /\/(act|acts)(\.ts|\/)/.test(file) || file.startsWith('src/runners/journal/journal')
    const reached = reachable(
      'src/targets/looks.ts',
      imports().filter(({ typeOnly }) => !typeOnly),
    )
    expect([...reached].filter(acts)).toEqual([])
  })

  test('lets nothing that only looks at the faults of drills reach what puts them there', () => {
    const reached = reachable(
      'src/targets/faults/look.ts',
      imports().filter(({ typeOnly }) => !typeOnly),
    )
    expect([...reached].filter(file => /\/(act|acts)(\.ts|\/)/.test(file))).toEqual([])
  })

  test.each(['src/targets/watches.ts', 'src/runners/watching/watch.ts', 'src/cli/watch-environment.ts'])(
    'lets a process that only watches reach no write adapter from %s',
    start => {
      const reached = reachable(
        start,
        imports().filter(({ typeOnly }) => !typeOnly),
      )
      const writes =
        /^src\/targets\/.*(act|acts)(\.ts|\/)|^src\/runners\/(journal\/journal|engine\/)|\/(exec|containers)\.ts$/
      expect([...reached].filter(file => writes.test(file))).toEqual([])
    },
  )

  test('loads what writes into a watchdog only once it has a reason to', () => {
    const reached = reachable(
      'src/watchdog.ts',
      imports().filter(({ typeOnly, later }) => !typeOnly && !later),
    )
    const writes = /^src\/targets\/.*(act|acts)(\.ts|\/)|^src\/runners\/(journal\/journal|engine\/)/
    expect([...reached].filter(file => writes.test(file))).toEqual([])
  })

  test('loads what a command does when that command is given, and what completes only then', () => {
    const arrows = imports().filter(({ typeOnly, later }) => !typeOnly && !later)
    const reached = reachable('src/cli.tsx', arrows)
    expect([...reached].sort()).toEqual(['src/cli.tsx', 'src/cli/exit-codes.ts'])
    const packages = arrows.filter(({ from, to }) => reached.has(from) && !to.startsWith('src/')).map(({ to }) => to)
    expect(packages.sort()).toEqual(['commander', 'node:os'])
  })

  test('lets nothing that only looks run anything inside a container', () => {
    const reached = reachable(
      'src/targets/looks.ts',
      imports().filter(({ typeOnly }) => !typeOnly),
    )
    expect([...reached].filter(file => /\/(exec|containers)\.ts$/.test(file))).toEqual([])
  })

  test('reads no clock, no randomness, no file and no socket in the core', () => {
    const forbidden = /\bDate\.now\b|\bnew Date\(\)|Math\.random|\bprocess\.|from 'node:/
    expect(
      sources().filter(file => file.startsWith('src/state/') && forbidden.test(readFileSync(join(root, file), 'utf8'))),
    ).toEqual([])
  })
})

function sources(): readonly string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter(file => /\.tsx?$/.test(file))
    .map(file => join('src', file))
    .sort()
}

function imports(): readonly Import[] {
  const pattern = /^(?:import|export)\s+(type\s+)?(?:[\s\S]*?\sfrom\s+)?'([^']+)'|import\((?:\s*)'([^']+)'\)/gm
  return sources().flatMap(from => {
    const text = readFileSync(join(root, from), 'utf8')
    return [...text.matchAll(pattern)].map(([, typeOnly, plain, dynamic]): Import => {
      const to = plain ?? dynamic ?? ''
      const target = to.startsWith('.') ? relative(root, resolve(root, dirname(from), to)) : to
      return { from, to: target, typeOnly: typeOnly !== undefined, later: dynamic !== undefined }
    })
  })
}

function roomOf(file: string): string {
  if (file === 'src/state/store.ts' || file === 'src/state/json-path.ts') return file.slice('src/'.length)
  if (/^src\/(cli\.tsx|(engine|director|watchdog|drill-keeper|drill-keeper-docker|drill-proxy)\.ts)$/.test(file))
    return 'cli'
  return file.split('/')[1] ?? ''
}

function isAllowed({ from, to }: Import): boolean {
  const room = rooms[roomOf(from)]
  if (room === undefined) return false
  if (!to.startsWith('src/'))
    return room.packages.some(name => to === name || to.startsWith(name.endsWith(':') ? name : `${name}/`))
  const there = roomOf(to)
  return there === roomOf(from) || room.rooms.includes(there)
}

function reachable(start: string, arrows: readonly Import[]): ReadonlySet<string> {
  const seen = new Set<string>([start])
  for (const file of seen) for (const { from, to } of arrows) if (from === file && to.startsWith('src/')) seen.add(to)
  return seen
}

function cycles(arrows: readonly Import[]): readonly string[] {
  const inside = arrows.filter(({ from, to }) => to.startsWith('src/') && from !== to)
  return [...new Set(inside.map(({ from }) => from))].filter(file => {
    const next = inside.filter(({ from }) => from === file).map(({ to }) => to)
    return next.some(start => reachable(start, inside).has(file))
  })
}
