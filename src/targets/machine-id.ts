import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Result } from '../state/fault.ts'

/** This machine, as it calls itself; and its own network cards, which a clone of its disk has others of. */
export type MachineId = { readonly id: string; readonly cards: readonly string[] }

export async function machineNow(): Promise<Result<MachineId>> {
  for (const file of ['/etc/machine-id', '/var/lib/dbus/machine-id']) {
    const id = (await readFile(file, 'utf8').catch(() => '')).trim()
    if (/^[0-9a-f]{32}$/.test(id)) return { ok: true, value: { id, cards: await cardsNow() } }
  }
  return {
    ok: false,
    fault: {
      code: 'drill.no-machine-id',
      what: 'This machine has no id of its own (/etc/machine-id)',
      means: 'Nothing on it can be told from a copy of it.',
      next: 'Make one: systemd-machine-id-setup',
    },
  }
}

const nets = '/sys/class/net'

/** Those that are built in: one that is plugged in may be gone tomorrow, and a virtual one is somebody's invention. */
async function cardsNow(): Promise<readonly string[]> {
  const names = await readdir(nets).catch(() => [])
  const cards = names.map(async name => {
    const device = await readlink(join(nets, name)).catch(() => '')
    if (/\/virtual\/|\/usb\d/.test(device)) return []
    const address = await readFile(join(nets, name, 'address'), 'utf8').catch(() => '')
    return address.trim() === '' ? [] : [`card:${address.trim()}`]
  })
  return (await Promise.all(cards)).flat().sort()
}
