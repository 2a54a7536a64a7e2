import { expect, test } from 'vitest'
import type { Manifest } from '../../src/state/manifest.ts'
import { openRooms } from '../../src/targets/rooms/rooms.ts'
import { containerRooms } from '../../src/targets/services/docker/act/room.ts'
import { openFleet } from '../../src/targets/services/docker/layout.ts'
import { contextOf } from '../contract/services-shop.ts'
import { dockerConfig } from '../engines/shop.ts'

test('a room on a host that gives no answer is not said to be gone', async () => {
  const fleet = openFleet({
    ...dockerConfig({ socket: '/nowhere/docker.sock', address: '127.0.0.1' }, { health: null }),
    now: () => new Date(),
  })
  const docker = containerRooms(fleet)
  const rooms = openRooms({
    manifest: {} as Manifest,
    resolve: async text => text,
    landlords: { docker, releases: { ...docker, clear: async () => [] } },
  })
  const lines: string[] = []
  const cleared = await rooms.attempt({ kind: 'room.clear', room: 'r1_t' }, contextOf(), line => void lines.push(line))
  expect(cleared).toMatchObject({ ok: true, says: expect.stringContaining('The Engine on web-1 cannot be reached') })
  expect(lines).toEqual([expect.stringContaining('The Engine on web-1 cannot be reached')])
})
