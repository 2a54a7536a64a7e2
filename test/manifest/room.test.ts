import { expect, test } from 'vitest'
import { parseManifest } from '../../src/manifest/load.ts'

const at = 'rehearsal.services.api'

test('a service in a room is given its env, and nothing where that is left out', () => {
  const loaded = load('{ env: { DB: "x/{database}" }, port: 80, serves: ["https://shop.example"] }')
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  expect(loaded.manifest.rehearsal).toEqual({
    services: { api: { env: { DB: 'x/{database}' }, port: 80, serves: ['https://shop.example'] } },
  })
})

test.each<[string, string, string]>([
  ['{ command: [x] }', 'web', `${at}.env: leads to no clone`],
  ['{ env: { DB: "{database}" } }', 'web', `${at}: is asked nothing`],
  ['{ env: { DB: "{database}" }, serves: ["http://x"] }', 'web', `${at}.serves: wants port beside it`],
  [
    '{ env: { DB: "{database}" }, command: [x] }',
    'worker',
    `${at}: is a worker, which does by itself what nobody asked it for`,
  ],
  [
    '{ env: { DB: "{database}" }, port: 80, serves: ["http://x/y"] }',
    'web',
    `${at}.serves[0]: is an origin: http://10.0.0.11:8080, https://shop.example, without a path`,
  ],
])('of %s, a %s, is refused: %s', (written, kind, fault) => {
  const loaded = load(written, kind)
  expect(loaded.ok ? [] : loaded.faults.map(({ path, what }) => `${path}: ${what}`)).toContain(fault)
})

test('a worker is started where that is meant', () => {
  expect(load('{ env: { DB: env:X }, command: [x], start: true }', 'worker').ok).toBe(true)
})

function load(room: string, kind = 'web') {
  return parseManifest(
    `environment: { name: shop, class: drill }
hosts: { h: { docker: "unix:///x" } }
services: { api: { hosts: [h], container: api, kind: ${kind}, depends_on: [main] } }
databases: { main: { sqlite: { file: x } } }
rehearsal: { services: { api: ${room} } }
`,
    '/etc/astern',
  )
}
