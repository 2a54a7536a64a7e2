import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { processRooms } from '../../src/targets/rooms/process.ts'
import {
  contextOf,
  digestIn,
  host,
  isThere,
  openShop,
  quiet,
  service,
  type Shop,
  until,
} from '../contract/services-shop.ts'

let shop: Shop
afterEach(() => shop.close())

test('what a release started in a room goes with the room, though the release itself has ended', async () => {
  const start = ['sh', '-c', 'sleep 30 & echo $! > "$ROOM_PID"; exit 1']
  shop = await openShop({ release: { path: 'srv/api', start, env: {} }, health: null, identity: null })
  await shop.release('1.2.2')
  const file = join(shop.root, 'left.pid')
  const command = {
    kind: 'room.start',
    room: 'r1_t',
    tenant: service,
    host,
    release: '1.2.2',
    digest: await digestIn(shop, '1.2.2'),
    env: {},
    clones: {},
    port: null,
    readyMs: 1000,
  } as const
  const context = { ...contextOf(), directory: shop.root }
  const given = { command, env: { ROOM_PID: file }, port: null, context, evidence: quiet }
  const started = await processRooms(shop.config).start(given)
  if (!started.ok) throw new Error(started.fault.what)
  await until(async () => (await started.value.ended()) !== null)
  const pid = Number(await readFile(file, 'utf8'))
  await started.value.end(quiet)
  await expect.poll(() => isThere(pid)).toBe(false)
})
