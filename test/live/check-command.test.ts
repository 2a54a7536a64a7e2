import { execa } from 'execa'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { listening } from '../runners/suite.ts'
import { cli } from './support.ts'

let directory = ''
let broken: readonly string[] = []
const server = createServer((request, response) => {
  if (request.url === '/hang') return
  response.writeHead(broken.includes(request.url ?? '') ? 500 : 200).end('{}')
})
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'astern-check-'))
  const database = new DatabaseSync(join(directory, 'shop.db'))
  database.exec('CREATE TABLE orders (id INTEGER); INSERT INTO orders VALUES (1), (2)')
  database.close()
  const base = `http://127.0.0.1:${await listening(server)}`
  const get = (name: string, more: string) => `  - { name: ${name}, http: { url: "${base}/${name}" }, ${more} }`
  const ok = 'assert: [{ status: 200 }], attempts: 1'
  writeFileSync(
    join(directory, 'astern.yaml'),
    [
      'environment: { name: shop, class: drill }',
      'hosts: {}',
      'services: {}',
      'databases: { main: { sqlite: { file: shop.db } } }',
      'checks:',
      get('home', ok),
      get('cart', ok),
      get('search', `severity: should, ${ok}`),
      '  - { name: orders, sql: { database: main, query: "SELECT count(*) FROM orders" }, assert: [{ cell: 2 }] }',
      '  - name: a session',
      '    group: auth',
      '    attempts: 1',
      '    flow:',
      `      - { name: log in, http: { url: "${base}/login" }, assert: [{ status: 200 }] }`,
      `      - { name: mine, http: { url: "${base}/mine" }, assert: [{ status: 200 }] }`,
    ].join('\n'),
  )
})
beforeEach(() => {
  broken = []
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
  rmSync(directory, { recursive: true, force: true })
})

const check = (...args: string[]) =>
  execa(process.execPath, [cli, 'check', ...args], { cwd: directory, reject: false, timeout: 60_000 })
/** Without what differs from one time to the next. */
const steady = (text: string): string =>
  text.replaceAll(/ \d+ ms/g, ' N ms').replaceAll(/(duration_ms: |time=)"[\d.]+"/g, '$1"N"')

describe('astern check', () => {
  test('says each result on a line, and exits 0 where every must check passes', async () => {
    broken = ['/search']
    const { exitCode, stdout } = await check()
    expect(exitCode).toBe(0)
    expect(steady(stdout).split('\n').sort()).toEqual(
      [
        '✓ pass         core/home (must) N ms  status 200',
        '✓ pass         core/cart (must) N ms  status 200',
        '✗ fail         core/search (should) N ms  expected status 200, got 500',
        '✓ pass         core/orders (must) N ms  cell 2',
        '✓ pass         auth/a session (must) N ms  log in, mine',
      ].sort(),
    )
  })

  test('says what is fixed, what broke and what failed before, by an earlier result', async () => {
    broken = ['/home', '/cart']
    const before = await check('--json')
    expect(before.exitCode).toBe(1)
    writeFileSync(join(directory, 'before.json'), before.stdout)
    broken = ['/cart', '/mine']
    const { exitCode, stdout } = await check('--json', '--baseline', 'before.json')
    expect(exitCode).toBe(1)
    const results = JSON.parse(stdout) as readonly { name: string; verdict: string; change: string }[]
    expect(results.map(({ name, verdict, change }) => `${name}: ${verdict}: ${change}`)).toEqual([
      'home: pass: fixed',
      'cart: fail: failed before',
      'search: pass: same',
      'orders: pass: same',
      'a session: fail: broke',
    ])
    expect((await check('--baseline', 'astern.yaml')).exitCode).toBe(2)
  })

  test('speaks TAP, a should check that fails a TODO and a flow with its steps', async () => {
    broken = ['/search', '/login']
    const { exitCode, stdout } = await check('--format', 'tap')
    expect(exitCode).toBe(1)
    const points = stdout.split('\n').filter(line => !/^ *(---|\.\.\.|\w+: )/.test(line))
    expect(points).toEqual([
      'TAP version 14',
      '1..5',
      'ok 1 - home',
      'ok 2 - cart',
      'not ok 3 - search # TODO should',
      'ok 4 - orders',
      '# Subtest: a session',
      '    1..2',
      '    not ok 1 - log in',
      '    not ok 2 - mine',
      'not ok 5 - a session',
    ])
    expect(stdout).toContain('      message: "not asked: log in did not pass"\n')
  })

  test('speaks JUnit XML, to stdout or into a file', async () => {
    broken = ['/cart']
    const { stdout } = await check('--format', 'junit', '--junit', 'out.xml')
    expect(`${stdout}\n`).toBe(readFileSync(join(directory, 'out.xml'), 'utf8'))
    expect(stdout).toContain('<testsuite name="checks" tests="5" failures="1" errors="0"')
    expect(stdout).toContain('<failure type="must" message="expected status 200, got 500">')
  })
})
